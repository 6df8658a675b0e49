import Dispatch
import Synchronization

/// Does the same work on many databases, some at a time.
struct Fleet: Sendable {
  /// What became of one target.
  enum Outcome: Sendable {
    /// The work was done; what is said of it, and how many migrations were applied.
    case done(applied: Int, milliseconds: Int)
    /// It failed; the others may have been done.
    case failed(Failure)
    /// It was not begun, because another one failed before or somebody asked to stop.
    case notBegun
  }

  var targets: [Target]
  /// How many are worked on at a time.
  var parallel: Int
  /// Go on with the others when one failed.
  var keepsGoing: Bool

  /// Runs `work` for each target on threads of their own; the outcomes are in the targets' order.
  ///
  /// - Parameter work: Gives the number of migrations that it applied; it opens its own connection.
  func run(
    isStopped: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Target, Outcome) -> Void,
    _ work: @escaping @Sendable (Target) throws -> Int
  ) -> [Outcome] {
    let state = State(count: targets.count)
    let group = DispatchGroup()
    // Blocking work: the pool of Swift's tasks has as many threads as there are cores.
    let queue = DispatchQueue(label: "dbtool.fleet", attributes: .concurrent)
    for _ in 0..<min(parallel, targets.count) {
      queue.async(group: group) {
        while let index = state.next(keepsGoing: keepsGoing, isStopped: isStopped()) {
          let outcome = Self.outcome(of: targets[index], work)
          state.set(outcome, at: index)
          progress(targets[index], outcome)
        }
      }
    }
    group.wait()
    return state.outcomes
  }

  private static func outcome(
    of target: Target, _ work: (Target) throws -> Int
  ) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let applied = try work(target)
      let milliseconds = Int((clock.now - start) / .milliseconds(1))
      return .done(applied: applied, milliseconds: milliseconds)
    } catch {
      return .failed(Failure(error))
    }
  }

  /// Which targets were handed out, and what became of them.
  private final class State: Sendable {
    private struct Content {
      var next = 0
      var hasFailed = false
      var outcomes: [Outcome]
    }

    private let content: Mutex<Content>

    init(count: Int) {
      content = Mutex(Content(outcomes: Array(repeating: .notBegun, count: count)))
    }

    var outcomes: [Outcome] { content.withLock { $0.outcomes } }

    func next(keepsGoing: Bool, isStopped: Bool) -> Int? {
      content.withLock { content in
        guard content.next < content.outcomes.count, !isStopped,
          keepsGoing || !content.hasFailed
        else { return nil }
        defer { content.next += 1 }
        return content.next
      }
    }

    func set(_ outcome: Outcome, at index: Int) {
      content.withLock { content in
        content.outcomes[index] = outcome
        if case .failed = outcome { content.hasFailed = true }
      }
    }
  }
}
