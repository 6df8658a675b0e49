import Reports

/// A line on a terminal that says how much of a large file was sent, and is gone afterwards.
final class ByteMeter {
  /// Files smaller than this are done before anyone could read the line.
  private static let smallestSize = 8_388_608
  private static let interval: Duration = .milliseconds(100)

  private let isOn: Bool
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant?
  private var isShown = false

  init(_ console: Console) {
    isOn = Output.error.isTerminal && !console.isQuiet && console.format == .text
  }

  /// Shows how far a file is, ten times a second at most.
  func show(_ what: String, bytes: Int, of total: Int) {
    guard isOn, total >= Self.smallestSize else { return }
    let now = clock.now
    if let last, last.duration(to: now) < Self.interval, bytes < total { return }
    last = now
    isShown = true
    let text = "\(what)  \(bytes / 1_048_576) of \(total / 1_048_576) MiB"
    Output.error.write("\r\u{1B}[K" + TextRenderer.visible(text))
  }

  /// Takes the line away.
  func clear() {
    guard isShown else { return }
    isShown = false
    Output.error.write("\r\u{1B}[K")
  }
}
