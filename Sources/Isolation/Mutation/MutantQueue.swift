internal import Synchronization

/// Deals out the mutants of a plan to those who try them side by side.
///
/// All walk through the same plan, each on a copy of the database, and each mutant is tried by who
/// comes to it first.
final class MutantQueue: Sendable {
  private let taken = Mutex<Set<Int>>([])

  /// True for the first one to ask for the mutant with this place in the plan.
  func take(_ number: Int) -> Bool {
    taken.withLock { $0.insert(number).inserted }
  }

  /// How many were dealt out.
  var count: Int { taken.withLock { $0.count } }
}
