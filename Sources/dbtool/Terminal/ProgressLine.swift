import Seeding
import Synchronization

/// A line that tells how far a load is: rewritten in place on a terminal, else written anew now and then.
final class ProgressLine: Sendable {
  private let console: Console
  private let isTerminal: Bool
  private let last: Mutex<ContinuousClock.Instant>
  private static let width = 24

  init(_ console: Console) {
    self.console = console
    isTerminal = Output.error.isTerminal
    last = Mutex(.now)
  }

  func show(_ progress: LoadProgress) {
    guard !console.isQuiet, console.format == .text else { return }
    let share = progress.total > 0 ? Double(progress.rows) / Double(progress.total) : 1
    var text = "\(Self.grouped(progress.rows)) of \(Self.grouped(progress.total)) rows"
    text += "  \(Self.grouped(Int(progress.rate))) rows/s"
    if let left = progress.secondsLeft, progress.rows < progress.total {
      text += "  \(Self.duration(left)) left"
    }
    if isTerminal {
      let filled = min(Int(share * Double(Self.width)), Self.width)
      let bar =
        String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
      Output.error.write("\r\u{1B}[K[\(bar)] \(text)")
      return
    }
    let isDue = last.withLock { last in
      guard progress.rows < progress.total, ContinuousClock.now - last >= .seconds(5) else {
        return false
      }
      last = .now
      return true
    }
    if isDue { console.progress("seed  \(text)") }
  }

  /// Ends the line, so that what follows begins on one of its own.
  func end() {
    guard isTerminal, !console.isQuiet, console.format == .text else { return }
    Output.error.write("\r\u{1B}[K")
  }

  static func grouped(_ number: Int) -> String {
    let digits = Array(String(abs(number)))
    var parts: [String] = []
    var end = digits.count
    while end > 0 {
      parts.insert(String(digits[max(0, end - 3)..<end]), at: 0)
      end -= 3
    }
    return (number < 0 ? "-" : "") + parts.joined(separator: ",")
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    return whole < 3_600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3_600) h \(whole / 60 % 60) min"
  }
}
