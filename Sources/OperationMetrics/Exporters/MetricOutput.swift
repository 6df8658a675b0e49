internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Where lines of metrics are written.
public final class MetricOutput: Sendable {
  private struct State {
    let file: Descriptor
    let isOwned: Bool
    var lost = 0
  }

  private let state: Mutex<State>

  /// Standard output, which AWS Lambda and the log drivers of containers carry to CloudWatch Logs.
  public static var standardOutput: MetricOutput {
    MetricOutput(Descriptor(number: 1), isOwned: false)
  }
  /// Standard error.
  public static var standardError: MetricOutput {
    MetricOutput(Descriptor(number: 2), isOwned: false)
  }

  private init(_ file: Descriptor, isOwned: Bool) {
    state = Mutex(State(file: file, isOwned: isOwned))
  }

  /// A file, which is made when it is not there, and to whose end is written.
  ///
  /// - Throws: `MetricError` when it cannot be opened.
  public convenience init(file path: String) throws(MetricError) {
    guard let file = Descriptor(writing: path, appends: true) else {
      throw MetricError("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    self.init(file, isOwned: true)
  }

  deinit {
    let state = state.withLock { $0 }
    if state.isOwned { state.file.finish() }
  }

  /// Lines that could not be written.
  var lost: Int { state.withLock { $0.lost } }

  /// Writes whole lines, or notes that they are lost.
  func write(_ lines: [UInt8], count: Int) {
    state.withLock { state in
      if !state.file.writeAll(lines) { state.lost += count }
    }
  }
}
