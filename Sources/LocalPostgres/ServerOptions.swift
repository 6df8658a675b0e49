/// Which binaries local servers run and where their files go.
package struct ServerOptions: Sendable, Equatable {
  /// The PostgreSQL installation.
  package var binaries: PostgresBinaries
  /// Where the template of new clusters is kept; nil keeps none, so that each start runs `initdb`.
  package var cacheDirectory: String?
  /// Where the per-user directory of sockets and throwaway clusters is made.
  ///
  /// Short, because the path of a unix socket is limited to about 100 bytes.
  package var temporaryDirectory: String
  /// Where root keeps named clusters when the server's user can't enter the project directory.
  package var persistentDirectory: String

  /// Options from their parts.
  package init(
    binaries: PostgresBinaries, cacheDirectory: String?, temporaryDirectory: String = "/tmp",
    persistentDirectory: String = "/var/tmp"
  ) {
    self.binaries = binaries
    self.cacheDirectory = cacheDirectory
    self.temporaryDirectory = temporaryDirectory
    self.persistentDirectory = persistentDirectory
  }

  /// The usual options for a user whose environment variables are given.
  ///
  /// - Throws: `LocalPostgresError` of code `binariesNotFound`, or `unsafeDirectory` when
  ///   `DBTOOL_TMPDIR` is no absolute path, or too long a one.
  package init(environment: [String: String]) throws {
    self.init(
      binaries: try PostgresBinaries.find(environmentPath: environment["PATH"]),
      cacheDirectory: Self.cacheDirectory(environment: environment))
    // Not TMPDIR, which macOS makes half as long as a socket's whole path may be.
    if let folder = environment["DBTOOL_TMPDIR"], !folder.isEmpty {
      guard folder.hasPrefix("/"), folder.utf8.count <= 40 else {
        throw LocalPostgresError(
          .unsafeDirectory, "DBTOOL_TMPDIR is \(folder)",
          remedy: "Give it an absolute path of at most 40 bytes, for example /dev/shm")
      }
      temporaryDirectory = folder
    }
  }

  /// The user's cache directory for dbtool; nil when the environment names no home.
  ///
  /// XDG Base Directory Specification on Linux, `~/Library/Caches` on macOS.
  package static func cacheDirectory(environment: [String: String]) -> String? {
    // The specification says to ignore a relative path.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/dbtool" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    #if canImport(Darwin)
      return home + "/Library/Caches/dbtool"
    #else
      return home + "/.cache/dbtool"
    #endif
  }
}
