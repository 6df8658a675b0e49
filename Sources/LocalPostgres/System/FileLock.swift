#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An exclusive flock(2) on a file, held until the value goes away or its process ends.
///
/// The kernel gives the lock up however the process ends, which is what makes it a proof of life.
final class FileLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Takes the lock, or gives back nil when another process has it.
  ///
  /// - Parameter creates: Whether to make the file; without, a missing file is an error.
  static func attempt(_ path: String, creates: Bool) throws -> FileLock? {
    let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (creates ? O_CREAT : 0)
    while true {
      let descriptor = open(path, flags, 0o600)
      guard descriptor >= 0 else { throw LocalPostgresError.system("cannot open \(path)") }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let isTaken = errno == EWOULDBLOCK
        let error = LocalPostgresError.system("cannot lock \(path)")
        close(descriptor)
        if isTaken { return nil }
        throw error
      }
      // Whoever held the lock before may have removed the file, and a lock on that file no longer
      // keeps anyone out.
      var held = stat()
      var named = stat()
      if fstat(descriptor, &held) == 0, lstat(path, &named) == 0, held.st_ino == named.st_ino,
        held.st_dev == named.st_dev
      {
        return FileLock(descriptor: descriptor)
      }
      close(descriptor)
      if !creates { return nil }
    }
  }

  /// Takes the lock, waiting for its holder up to `timeout`.
  ///
  /// - Throws: `LocalPostgresError` of code `busy` when the time is over.
  static func acquire(_ path: String, timeout: Duration) throws -> FileLock {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: timeout)
    while true {
      if let lock = try attempt(path, creates: true) { return lock }
      guard clock.now < deadline else {
        throw LocalPostgresError(
          .busy, "another process has held \(path) for \(timeout)", remedy: "Try again later")
      }
      usleep(10_000)
    }
  }
}
