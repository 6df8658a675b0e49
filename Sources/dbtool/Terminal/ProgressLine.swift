import Reports
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The line at the end of standard error that says what is going on.
///
/// On a terminal it appears when something takes longer than a second, is rewritten in place with
/// the time that it has taken, gives way to whatever else is written, and is gone when the work is
/// done. Elsewhere it becomes a line now and then, and none for what is quick.
final class ProgressLine: Sendable {
  /// That of the process: there is one standard error.
  static let shared = ProgressLine()

  private static let patience: Duration = .seconds(1)
  private static let interval: Duration = .seconds(5)
  private static let tick: useconds_t = 100_000

  private struct State {
    var text: String?
    var began = ContinuousClock.now
    /// What stands on the terminal now; nil when nothing does.
    var shown: String?
    /// When a line was written that stays.
    var told = ContinuousClock.now
    var isTicking = false
    var isOver = false
  }

  private let state = Mutex(State())
  private let isTerminal = Output.error.isTerminal

  /// What it says now; nil when nothing is going on.
  var text: String? { state.withLock { $0.text } }

  /// Says what is going on.
  ///
  /// The time counts from the first text after `clear()`.
  func show(_ text: String) {
    let text = TextRenderer.visible(text)
    let startsTicking = state.withLock { state -> Bool in
      guard !state.isOver else { return false }
      if state.text == nil {
        state.began = .now
        state.told = .now
      }
      state.text = text
      guard isTerminal else {
        if ContinuousClock.now - state.told >= Self.interval {
          state.told = .now
          Output.error.writeBytes(Self.line(text, state.began) + "\n")
        }
        return false
      }
      defer { state.isTicking = true }
      return !state.isTicking
    }
    // The thread that works is busy waiting for the server meanwhile.
    if startsTicking { startTicking() }
  }

  /// Takes the line away: what it told of is done.
  func clear() {
    state.withLock { state in
      state.text = nil
      Self.erase(&state)
    }
  }

  /// Takes it away for good, because the process is about to stop.
  func end() {
    // Not if another thread holds it: that one may wait for a terminal that is stopped.
    _ = state.withLockIfAvailable { state in
      state.isOver = true
      state.text = nil
      Self.erase(&state)
    }
  }

  /// Lets something else be written where the line stands; it comes back below that.
  func givingWay<Result>(_ write: () -> Result) -> Result {
    // What is not on a terminal is never rewritten, and has nothing to give way.
    guard isTerminal else { return write() }
    return state.withLock { state in
      Self.erase(&state)
      return write()
    }
  }

  private func tick() {
    state.withLock { state in
      guard let text = state.text, ContinuousClock.now - state.began >= Self.patience else {
        return
      }
      let line = Self.line(text, state.began, columns: Output.error.columns)
      guard line != state.shown else { return }
      state.shown = line
      Output.error.writeBytes("\r\u{1B}[K" + line)
    }
  }

  private func startTicking() {
    BlockingThread {
      while true {
        usleep(ProgressLine.tick)
        ProgressLine.shared.tick()
      }
    }.detach()
  }

  private static func erase(_ state: inout State) {
    guard state.shown != nil else { return }
    state.shown = nil
    Output.error.writeBytes("\r\u{1B}[K")
  }

  /// The text and how long it has been going on, cut to what a line holds.
  private static func line(
    _ text: String, _ began: ContinuousClock.Instant, columns: Int? = nil
  ) -> String {
    let time = "  " + TimeText.text((ContinuousClock.now - began).components.seconds)
    guard let columns else { return text + time }
    // A line that fills the last column would wrap, and half of it would stay.
    return DisplayWidth.shortened(text, to: max(0, columns - 1 - time.count)) + time
  }
}
