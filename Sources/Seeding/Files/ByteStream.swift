#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reads a file from its beginning, piece by piece, so that its size does not matter.
///
/// Plain system calls: FoundationEssentials has no way to read a part of a file.
final class ByteStream {
  /// Bytes a piece.
  static let chunkSize = 262_144

  private let descriptor: Int32
  private let path: String

  init(path: String) throws(SeedError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The next piece; nil at the end.
  func next() throws(SeedError) -> [UInt8]? {
    while true {
      var count = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, initialized in
        count = read(descriptor, buffer.baseAddress, Self.chunkSize)
        initialized = max(0, count)
      }
      if count > 0 { return chunk }
      if count == 0 { return nil }
      if errno != EINTR { throw Self.failure(path) }
    }
  }

  private static func failure(_ path: String) -> SeedError {
    SeedError(
      .unreadableFile, "the file cannot be read: \(String(cString: strerror(errno)))", file: path)
  }
}
