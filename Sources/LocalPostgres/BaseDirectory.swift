#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// This user's directory under a directory that everyone may write, such as `/tmp`.
struct BaseDirectory: Sendable {
  /// Its path, free of symbolic links.
  let path: String
  private let user: ServerUser

  /// Makes the directory, or checks the one that is there.
  ///
  /// In `/tmp` anyone could have made it first, as a trap; so it must be a real directory of this
  /// user's that nobody else may write or list.
  ///
  /// - Throws: `LocalPostgresError` of code `unsafeDirectory`.
  init(in parent: String, user: ServerUser) throws {
    self.user = user
    guard let parent = FileSystem.realPath(parent) else {
      throw LocalPostgresError.system("cannot use the directory \(parent)")
    }
    path = "\(parent)/dbtool-\(geteuid())"
    try FileSystem.makeDirectory(path, mode: user.passageMode)
    try Self.check(path, mode: user.passageMode)
  }

  /// Checks that `path` is a real directory of this user's with the given mode.
  static func check(_ path: String, mode: mode_t) throws {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      throw LocalPostgresError.system("cannot look at \(path)")
    }
    let found = info.st_mode & 0o7777
    guard info.st_mode & S_IFMT == S_IFDIR, info.st_uid == geteuid(), found == mode else {
      throw LocalPostgresError(
        .unsafeDirectory,
        "\(path) is not a private directory of user \(geteuid()) "
          + "(owner \(info.st_uid), mode \(String(found, radix: 8)), "
          + "wanted \(String(mode, radix: 8)))",
        remedy: "Remove it, or find out who made it")
    }
  }

  /// Keeps other processes from making or examining clusters here while the lock lives.
  func lock() throws -> FileLock {
    try FileLock.acquire(path + "/lock", timeout: .seconds(30))
  }

  /// The paths of the throwaway clusters here.
  var clusters: [String] {
    FileSystem.names(in: path).filter { $0.hasPrefix("e-") }.map { path + "/" + $0 }
  }

  /// Makes the directory of a new throwaway cluster and locks it for this process.
  func makeCluster() throws -> (path: String, lock: FileLock) {
    // Between its making and its locking a directory looks as if its owner had died.
    let guardian = try lock()
    defer { withExtendedLifetime(guardian) {} }
    let directory = path + "/e-" + RandomToken.name(count: 8)
    guard try FileSystem.makeDirectory(directory, mode: user.passageMode),
      let lock = try FileLock.attempt(directory + "/owner.lock", creates: true)
    else {
      throw LocalPostgresError(.system, "\(directory) exists already")
    }
    return (directory, lock)
  }

  /// Makes the socket directory of a named cluster.
  func makeSocketDirectory() throws -> String {
    let directory = path + "/s-" + RandomToken.name(count: 8)
    try FileSystem.makeDirectory(directory, mode: 0o700)
    try user.adopt(directory)
    return directory
  }

  /// True for a path that `makeSocketDirectory` could have given.
  func isSocketDirectory(_ candidate: String) -> Bool {
    FileSystem.parent(of: candidate) == path && candidate.hasPrefix(path + "/s-")
  }
}
