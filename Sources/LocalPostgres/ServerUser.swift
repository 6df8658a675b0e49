#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The account that a server runs under.
///
/// PostgreSQL refuses to run as root, so root lends its servers an account without privileges.
struct ServerUser: Sendable, Equatable {
  /// The account's user id.
  var uid: uid_t
  /// The account's group id.
  var gid: gid_t
  /// True when it differs from the account of this process, which then is root's.
  var isLent: Bool

  /// The account for servers of this process.
  ///
  /// - Throws: `LocalPostgresError` of code `unsupported` when root has no way to lend one.
  static func current() throws -> ServerUser {
    guard geteuid() == 0 else { return ServerUser(uid: geteuid(), gid: getegid(), isLent: false) }
    #if canImport(Darwin)
      throw LocalPostgresError(
        .unsupported, "PostgreSQL does not run as root", remedy: "Run dbtool as an ordinary user")
    #else
      guard FileSystem.isExecutable(setpriv) else {
        throw LocalPostgresError(
          .unsupported, "PostgreSQL does not run as root, and \(setpriv) is missing",
          remedy: "Install it with `apt-get install util-linux`, or run as an ordinary user")
      }
      for name in ["postgres", "nobody"] {
        if let user = account(named: name) { return user }
      }
      throw LocalPostgresError(
        .unsupported,
        "PostgreSQL does not run as root, and there is no account postgres or nobody",
        remedy: "Run dbtool as an ordinary user")
    #endif
  }

  private static let setpriv = "/usr/bin/setpriv"

  /// The arguments that run `arguments` under this account.
  ///
  /// setpriv(1) replaces itself by the program, so the process id is the program's.
  func command(_ arguments: [String]) -> [String] {
    guard isLent else { return arguments }
    return [Self.setpriv, "--reuid=\(uid)", "--regid=\(gid)", "--clear-groups", "--"] + arguments
  }

  /// Hands a file or directory of root's to this account.
  func adopt(_ path: String) throws {
    guard isLent else { return }
    guard lchown(path, uid, gid) == 0 else {
      throw LocalPostgresError.system("cannot change the owner of \(path)")
    }
  }

  /// The mode for directories that a server passes through: entering is all that others may do.
  var passageMode: mode_t { isLent ? 0o711 : 0o700 }

  private static func account(named name: String) -> ServerUser? {
    var entry = passwd()
    var buffer = [CChar](repeating: 0, count: 16_384)
    var found: UnsafeMutablePointer<passwd>?
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil,
      entry.pw_uid != 0
    else { return nil }
    return ServerUser(uid: entry.pw_uid, gid: entry.pw_gid, isLent: true)
  }
}
