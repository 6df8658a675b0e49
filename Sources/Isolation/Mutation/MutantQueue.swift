internal import Synchronization

/// Deals out the mutants of a plan to those who try them side by side.
///
/// All walk through the same plan, each on a copy of the database, and each mutant is tried by who
/// comes to it first.
final class MutantQueue: Sendable {
  private struct State {
    var taken: Set<Int> = []
    var isClosed = false
  }

  private let state = Mutex(State())

  /// True for the first one to ask for the mutant with this place in the plan, unless it is closed.
  func take(_ number: Int) -> Bool {
    state.withLock { !$0.isClosed && $0.taken.insert(number).inserted }
  }

  /// How many were dealt out.
  var count: Int { state.withLock { $0.taken.count } }

  /// Deals out no more: whoever failed need not wait for the others.
  func close() { state.withLock { $0.isClosed = true } }
}
