import Processes

/// The programs of one PostgreSQL installation that a server needs.
package struct PostgresBinaries: Sendable, Equatable {
  /// The directory that holds them, free of symbolic links.
  package let directory: String

  /// Where `initdb` is.
  package var initdb: String { directory + "/initdb" }
  /// Where `postgres` is.
  package var postgres: String { directory + "/postgres" }

  /// Finds an installation.
  ///
  /// The first of these that holds both `initdb` and `postgres` wins: a directory of
  /// `environmentPath`, Debian's `/usr/lib/postgresql/VERSION/bin` (newest first), what
  /// `pg_config --bindir` prints, and Homebrew's `opt/postgresql@VERSION/bin` (newest first).
  ///
  /// - Parameter environmentPath: The value of `PATH`.
  /// - Throws: `LocalPostgresError` of code `binariesNotFound`; its remedy says what to install.
  package static func find(environmentPath: String?) throws -> PostgresBinaries {
    try find(
      environmentPath: environmentPath, debianRoot: "/usr/lib/postgresql",
      homebrewRoots: ["/opt/homebrew/opt", "/usr/local/opt"])
  }

  /// Finds an installation with the given places instead of the standard ones.
  static func find(
    environmentPath: String?, debianRoot: String, homebrewRoots: [String]
  ) throws -> PostgresBinaries {
    let path = (environmentPath ?? "").split(separator: ":").map(String.init)
      .filter { $0.hasPrefix("/") }
    let debian = newestFirst(FileSystem.names(in: debianRoot)).map { "\(debianRoot)/\($0)/bin" }
    for directory in path + debian {
      if let found = installation(in: directory) { return found }
    }
    for directory in path where FileSystem.isExecutable(directory + "/pg_config") {
      let answer = try? ChildProcess.run([directory + "/pg_config", "--bindir"])
      if let answer, answer.isSuccess, let found = installation(in: answer.trimmedOutput) {
        return found
      }
    }
    for root in homebrewRoots {
      let versions = FileSystem.names(in: root).filter { $0.hasPrefix("postgresql") }
      for version in newestFirst(versions) {
        if let found = installation(in: "\(root)/\(version)/bin") { return found }
      }
    }
    throw LocalPostgresError(
      .binariesNotFound,
      "no PostgreSQL server is installed: initdb and postgres are neither in PATH nor in "
        + "\(debianRoot)/*/bin nor in Homebrew's directories",
      remedy: "Install it with `apt-get install postgresql` or `brew install postgresql@17`")
  }

  /// The installation whose `initdb` and `postgres` are in `directory`, links followed.
  ///
  /// Both must end up in one directory: an `initdb` refuses a `postgres` of another version.
  private static func installation(in directory: String) -> PostgresBinaries? {
    guard FileSystem.isExecutable(directory + "/initdb"),
      FileSystem.isExecutable(directory + "/postgres"),
      let initdb = FileSystem.realPath(directory + "/initdb"),
      let postgres = FileSystem.realPath(directory + "/postgres")
    else { return nil }
    let home = FileSystem.parent(of: postgres)
    guard FileSystem.parent(of: initdb) == home, initdb == home + "/initdb",
      postgres == home + "/postgres"
    else { return nil }
    return PostgresBinaries(directory: home)
  }

  /// Names with a version number at their end, the highest first.
  private static func newestFirst(_ names: [String]) -> [String] {
    func version(_ name: String) -> [Int] {
      let digits = name.drop { !$0.isNumber }
      return digits.split(separator: ".").map { Int($0) ?? 0 }
    }
    return names.sorted { version($1).lexicographicallyPrecedes(version($0)) }
  }

  /// The version as `postgres --version` prints it, for example `15.20`.
  package func version() throws -> String {
    let answer = try ChildProcess.run([postgres, "--version"])
    // "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"
    let words = answer.output.split { $0.isWhitespace }
    guard answer.isSuccess, words.count >= 3 else {
      throw LocalPostgresError(
        .unsupported, "\(postgres) --version failed: \(answer.trimmedOutput)")
    }
    return String(words[2])
  }
}
