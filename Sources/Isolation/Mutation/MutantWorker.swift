internal import DatabaseInstrumentation
internal import Dispatch
internal import Synchronization

/// Tries mutants on a copy of the database, on a thread of its own, since sessions block.
///
/// Its rows are made while the checks of the main session go on; it begins to try once their
/// findings are known.
final class MutantWorker: Sendable {
  /// What is done in a session on the copy; asks for the findings when it needs them, which are nil
  /// when nobody waits for it any more.
  typealias Work = @Sendable (_ findings: () -> [Finding]?) throws -> [TriedMutant]

  private struct State {
    var findings: [Finding]?
    var result: Result<[TriedMutant], any Error> = .success([])
  }

  private let state = Mutex(State())
  private let isKnown = DispatchSemaphore(value: 0)
  private let group = DispatchGroup()

  init(_ work: @escaping Work) {
    DispatchQueue(label: "dbtool.mutants").async(group: group) { [self] in
      let result = Result {
        try work { [self] in
          isKnown.wait()
          return state.withLock { $0.findings }
        }
      }
      state.withLock { $0.result = result }
    }
  }

  /// Lets it begin.
  func begin(_ findings: [Finding]) {
    state.withLock { $0.findings = findings }
    isKnown.signal()
  }

  /// Sends it home; nothing happens when it is done.
  func end() {
    isKnown.signal()
    group.wait()
  }

  /// What it tried, once the queue is empty.
  ///
  /// - Throws: What its session failed with.
  func tried() throws -> [TriedMutant] {
    group.wait()
    return try state.withLock { try $0.result.get() }
  }
}
