#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writes a new file piece by piece, so that its size does not matter.
final class ByteSink {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []
  /// The bytes that were given so far.
  private(set) var count = 0
  private var isOpen = true

  init(path: String) throws(SeedError) {
    // For the owner alone: whatever is not masked is real.
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    self.path = path
    guard descriptor >= 0 else { throw Self.failure(path) }
    buffer.reserveCapacity(ByteStream.chunkSize)
  }

  deinit { if isOpen, descriptor >= 0 { close(descriptor) } }

  func write(_ bytes: some Sequence<UInt8>) throws(SeedError) {
    let before = buffer.count
    buffer.append(contentsOf: bytes)
    count += buffer.count - before
    if buffer.count >= ByteStream.chunkSize { try flush() }
  }

  func write(_ text: String) throws(SeedError) { try write(text.utf8) }

  /// Writes what is left and closes the file.
  func finish() throws(SeedError) {
    try flush()
    isOpen = false
    guard close(descriptor) == 0 else { throw Self.failure(path) }
  }

  private func flush() throws(SeedError) {
    var rest = buffer[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw Self.failure(path)
      }
      rest = rest.dropFirst(written)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func failure(_ path: String) -> SeedError {
    SeedError(
      .unusableFolder, "the file cannot be written: \(String(cString: strerror(errno)))",
      file: path)
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
