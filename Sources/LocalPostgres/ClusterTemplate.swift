import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A data directory as initdb makes it, kept in the user's cache and copied for each new cluster.
///
/// initdb takes a second or more, a copy some tens of milliseconds.
struct ClusterTemplate {
  /// Where a new data directory came from.
  enum Source {
    /// A template made earlier.
    case cache
    /// initdb, just now.
    case initdb
  }

  private let binaries: PostgresBinaries
  private let user: ServerUser
  private let setup: ClusterSetup
  /// The version of PostgreSQL, for example `15.20`.
  let version: String
  /// The first part of it.
  var major: Int { Int(version.prefix { $0.isNumber }) ?? 0 }
  /// The template's directory, or nil when none is kept.
  private let directory: String?

  /// The template for a version of PostgreSQL, an account, and a way of making clusters.
  init(
    binaries: PostgresBinaries, user: ServerUser, setup: ClusterSetup, cacheDirectory: String?
  ) throws {
    self.binaries = binaries
    self.user = user
    self.setup = setup
    version = try binaries.version()
    // The files belong to the server's account, so each account has a template of its own.
    let name = "\(setup.name)-\(version)-\(user.uid)"
    directory = cacheDirectory.map { "\($0)/\(name)" }
  }

  /// Makes the data directory `data` in `workDirectory`, which the server's account can pass.
  ///
  /// - Parameter usesCache: False to run initdb whatever the cache holds.
  /// - Returns: Where it came from.
  func install(in workDirectory: String, usesCache: Bool = true) throws -> Source {
    let data = workDirectory + "/data"
    if usesCache, let directory, isComplete(directory) {
      if (try? copy(directory + "/data", to: data)) != nil { return .cache }
      // The template went away meanwhile, or the disk is full: initdb will tell.
      try FileSystem.removeTree(data)
    }
    try initialize(data, workDirectory: workDirectory)
    // A cache that can't be written costs time, nothing else.
    try? store(data)
    return .initdb
  }

  /// Removes the kept template, because no server starts from it.
  func discard() {
    guard let directory else { return }
    try? FileSystem.removeTree(directory)
  }

  // MARK: - Making

  private func initialize(_ data: String, workDirectory: String) throws {
    try FileSystem.makeDirectory(data, mode: 0o700)
    try user.adopt(data)
    var failure = ""
    // C.UTF-8 sorts and folds every script the same everywhere; old systems lack it.
    for locale in ["--locale=C.UTF-8", "--no-locale"] {
      let outcome = try ChildProcess.run(
        user.command([
          binaries.initdb, "--pgdata=\(data)", "--username=\(setup.superuser)",
          "--encoding=UTF8", locale, "--auth=trust", "--wal-segsize=1", "--no-sync",
          "--no-instructions",
        ]))
      if outcome.isSuccess {
        try configure(data)
        try createDatabase(data, workDirectory: workDirectory)
        return
      }
      failure = outcome.complaint
    }
    throw LocalPostgresError(
      .initializationFailed, "\(binaries.initdb) failed in \(workDirectory): \(failure)")
  }

  private func configure(_ data: String) throws {
    try FileSystem.append(data + "/postgresql.conf", setup.configuration)
    try FileSystem.overwrite(data + "/pg_hba.conf", setup.authentication)
  }

  /// Creates the roles and the default database by the server's single-user mode, which needs no
  /// socket.
  private func createDatabase(_ data: String, workDirectory: String) throws {
    let superuser = SingleUserMode(binaries: binaries, user: user, dataDirectory: data)
    let complaint = try superuser.complaint(
      running: setup.script(major: major), in: "template1", scriptDirectory: workDirectory)
    if let complaint {
      throw LocalPostgresError(
        .initializationFailed,
        "the database \(ServerSettings.database) can't be created in \(workDirectory): \(complaint)"
      )
    }
  }

  // MARK: - Keeping

  /// Written last into a template, so that one without it is half made.
  private func marker(for data: String) -> String {
    let census = Census(of: data)
    return """
      format 2
      script \(setup.script(major: major))
      postgres \(binaries.postgres) \(version)
      files \(census.files) bytes \(census.bytes)
      \(setup.configuration)\(setup.authentication)
      """
  }

  /// True for a template of this version and these settings from which nothing is missing.
  private func isComplete(_ directory: String) -> Bool {
    guard let found = FileSystem.read(directory + "/complete") else { return false }
    return found == marker(for: directory + "/data")
  }

  /// Keeps `data` as the template: made aside and renamed, so that nobody sees half of it.
  private func store(_ data: String) throws {
    guard let directory else { return }
    let cache = FileSystem.parent(of: directory)
    try FileSystem.makeDirectories(cache, mode: 0o700)
    removeOldDrafts(in: cache)
    let draft = "\(directory).new-\(RandomToken.name(count: 8))"
    try FileSystem.makeDirectory(draft, mode: 0o700)
    do {
      try copy(data, to: draft + "/data")
      try FileSystem.replace(
        draft + "/complete", with: marker(for: draft + "/data"), mode: 0o600)
      // A directory can't be renamed onto one with content. Two processes may both be here: the
      // second one's template replaces the first one's, or is given up.
      if FileSystem.exists(directory), !isComplete(directory) { discard() }
      guard rename(draft, directory) == 0 else {
        throw LocalPostgresError.system("cannot keep the template \(directory)")
      }
    } catch {
      try? FileSystem.removeTree(draft)
      throw error
    }
  }

  /// Removes what processes left behind that were killed while they made a template.
  private func removeOldDrafts(in cache: String) {
    for name in FileSystem.names(in: cache) where name.contains(".new-") {
      var info = stat()
      let path = cache + "/" + name
      // Nobody takes an hour; a younger one may be another process's work.
      guard lstat(path, &info) == 0, Int(time(nil)) - info.modified > 3600 else { continue }
      try? FileSystem.removeTree(path)
    }
  }

  /// Copies a data directory; owner and modes stay, blocks are shared where the disk can do that.
  private func copy(_ source: String, to target: String) throws {
    #if canImport(Darwin)
      let command = ["/bin/cp", "-Rpc", source, target]
    #else
      let command = ["/bin/cp", "-a", "--reflink=auto", "-T", "--", source, target]
    #endif
    let outcome = try ChildProcess.run(command)
    guard outcome.isSuccess else {
      throw LocalPostgresError(.system, "cannot copy \(source): \(outcome.trimmedOutput)")
    }
  }
}

extension stat {
  /// When the content changed last, in seconds since 1970.
  fileprivate var modified: Int {
    #if canImport(Darwin)
      st_mtimespec.tv_sec
    #else
      st_mtim.tv_sec
    #endif
  }
}
