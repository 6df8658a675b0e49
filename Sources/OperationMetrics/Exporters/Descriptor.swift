#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An open file that is written to.
struct Descriptor {
  var number: Int32

  /// The file at `path`, made when it is not there; nil when that is refused, with `errno` saying why.
  init?(writing path: String, appends: Bool) {
    number = open(
      path, O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC), 0o644)
    if number < 0 { return nil }
  }

  init(number: Int32) { self.number = number }

  /// Writes everything; false when the disk is full, or nobody reads any more.
  func writeAll(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  func finish() { _ = close(number) }
}
