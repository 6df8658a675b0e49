#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Looks for a text in bytes that arrive piece by piece.
struct ByteSearch {
  private let pattern: [UInt8]
  /// The end of what was seen, too short to hold the pattern.
  private var rest: ArraySlice<UInt8> = []
  /// True when the text was there.
  private(set) var isFound = false

  init(_ text: String) { pattern = Array(text.utf8) }

  mutating func look(at chunk: [UInt8]) {
    guard !isFound else { return }
    isFound = holds(Array(rest) + Array(chunk.prefix(pattern.count - 1))) || holds(chunk)
    rest = (chunk.count < pattern.count ? Array(rest) + chunk : chunk).suffix(pattern.count - 1)
  }

  private func holds(_ bytes: [UInt8]) -> Bool {
    guard let first = pattern.first else { return false }
    return bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return false }
      var index = 0
      while index < buffer.count,
        let found = memchr(base + index, Int32(first), buffer.count - index)
      {
        index = base.distance(to: UnsafeRawPointer(found))
        if buffer[index...].starts(with: pattern) { return true }
        index += 1
      }
      return false
    }
  }
}
