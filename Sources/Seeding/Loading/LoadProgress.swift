internal import Synchronization

/// How far a load is.
package struct LoadProgress: Sendable, Equatable {
  /// The rows that are there, those of earlier runs included.
  package var rows: Int
  /// All of them.
  package var total: Int
  /// How many are loaded in a second.
  package var rate: Double
  /// How long the rest takes at this rate, in seconds; nil while that cannot be told.
  package var secondsLeft: Double?
}

/// Counts the rows of all threads, and tells of them now and then.
final class LoadTally: Sendable {
  private struct State {
    var rows: Int
    var others = 0
    var told: ContinuousClock.Instant
  }

  private let total: Int
  private let known: Int
  private let start = ContinuousClock.now
  private let state: Mutex<State>
  private let progress: @Sendable (LoadProgress) -> Void

  init(total: Int, known: Int, _ progress: @escaping @Sendable (LoadProgress) -> Void) {
    self.total = total
    self.known = known
    self.progress = progress
    state = Mutex(State(rows: known, told: start))
  }

  func add(_ rows: Int) {
    let now = ContinuousClock.now
    let current: Int? = state.withLock { state in
      state.rows += rows
      guard now - state.told >= .milliseconds(200) else { return nil }
      state.told = now
      return state.rows
    }
    if let current { tell(current, at: now) }
  }

  /// Rows that another runner has loaded meanwhile.
  var others: Int { state.withLock { $0.others } }

  func leave(_ rows: Int) {
    state.withLock { $0.others += rows }
    add(rows)
  }

  func finish() { tell(state.withLock { $0.rows }, at: .now) }

  private func tell(_ rows: Int, at now: ContinuousClock.Instant) {
    let seconds = max((now - start) / .seconds(1), 0.001)
    let rate = Double(rows - known) / seconds
    progress(
      LoadProgress(
        rows: rows, total: total, rate: rate,
        secondsLeft: rate > 0 ? Double(max(total - rows, 0)) / rate : nil))
  }
}
