import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A local PostgreSQL server that a project keeps between runs, under `.dbtool/NAME/`.
///
/// Its server outlives the process that started it. Durability is off, as for throwaway servers: a
/// killed server recovers, but a power cut may cost the data.
package struct NamedCluster: Sendable {
  /// Its name in the project.
  package let name: String
  /// The directory with all that belongs to it, apart from the socket.
  package let directory: String

  private let projectDirectory: String
  private let options: ServerOptions
  private let user: ServerUser
  private let base: BaseDirectory

  /// A cluster of a project; nothing is made yet.
  ///
  /// - Parameters:
  ///   - name: 1 to 40 of `a`-`z`, `0`-`9`, `_`, `-`.
  ///   - projectDirectory: An existing directory.
  /// - Throws: `LocalPostgresError` of code `invalidName`, `system` or `unsafeDirectory`.
  package init(_ name: String, projectDirectory: String, options: ServerOptions) throws {
    try Self.check(name: name)
    guard let project = FileSystem.realPath(projectDirectory) else {
      throw LocalPostgresError.system("cannot use the project directory \(projectDirectory)")
    }
    self.name = name
    self.projectDirectory = project
    self.options = options
    directory = (project == "/" ? "" : project) + "/.dbtool/" + name
    user = try ServerUser.current()
    base = try BaseDirectory(in: options.temporaryDirectory, user: user)
  }

  /// Checks a name, which becomes a part of paths.
  ///
  /// - Throws: `LocalPostgresError` of code `invalidName`.
  package static func check(name: String) throws {
    let isFit = name.utf8.allSatisfy { byte in
      switch UnicodeScalar(byte) {
      case "a"..."z", "0"..."9", "_", "-": true
      default: false
      }
    }
    guard isFit, (1...40).contains(name.utf8.count) else {
      throw LocalPostgresError(
        .invalidName, "\(String(reflecting: name)) can't be the name of a local cluster",
        remedy: "Use 1 to 40 lower-case letters, digits, `_` and `-`")
    }
  }

  // MARK: - What it is doing

  /// True while its server runs.
  package var isRunning: Bool { Postmaster.find(dataDirectory: dataDirectory) != nil }

  /// How to reach its server; nil when it does not run.
  package var address: ServerAddress? {
    guard let running = Postmaster.find(dataDirectory: dataDirectory),
      let state = ServerState(file: stateFile), state.pid == running.pid,
      FileSystem.exists("\(state.socketDirectory)/.s.PGSQL.\(state.port)")
    else { return nil }
    return state.address
  }

  /// The main server process; nil when it does not run.
  package var processID: Int32? { Postmaster.find(dataDirectory: dataDirectory)?.pid }

  // MARK: - Starting and ending

  /// Starts the server unless it runs, and makes the cluster if there is none.
  ///
  /// Of two processes that start the same cluster at once, one waits for the other.
  ///
  /// - Throws: `LocalPostgresError`; `PostgresError` if the server refuses to be set up.
  package func start() throws -> ServerAddress {
    try prepareDirectory()
    let lock = try FileLock.acquire(lockFile, timeout: .seconds(120))
    defer { withExtendedLifetime(lock) {} }
    if let address { return address }
    // A server whose password or socket is not known any more is of no use.
    try Postmaster.find(dataDirectory: dataDirectory)?.end(by: SIGINT, timeout: .seconds(30))
    let before = ServerState(file: stateFile)
    try removeSocketDirectory(before)
    let data = try prepareData()
    let socketDirectory = try base.makeSocketDirectory()
    do {
      let launcher = ServerLauncher(
        binaries: options.binaries, user: user, dataDirectory: data, setup: .open,
        socketDirectory: socketDirectory, log: FileSystem.parent(of: data) + "/server.log",
        isDetached: true,
        // Without, a killed server loses what it committed in the last fifth of a second. It costs
        // a write to the kernel, not one to the disk.
        settings: ["synchronous_commit=on"])
      let running = try launcher.launch(
        password: before?.password ?? RandomToken.password(), preferredPort: before?.port)
      try ServerState(address: running.address, dataDirectory: data, pid: running.pid)
        .save(stateFile)
      return running.address
    } catch {
      try? FileSystem.removeTree(socketDirectory)
      throw error
    }
  }

  /// Ends the server cleanly, and the sessions with it; the data stay.
  ///
  /// - Returns: False when it did not run.
  /// - Throws: `LocalPostgresError`.
  @discardableResult
  package func stop() throws -> Bool {
    guard FileSystem.exists(directory) else { return false }
    try prepareDirectory()
    let lock = try FileLock.acquire(lockFile, timeout: .seconds(120))
    defer { withExtendedLifetime(lock) {} }
    return try stopLocked()
  }

  /// Ends the server and removes the cluster.
  ///
  /// - Warning: All data in it are lost.
  /// - Throws: `LocalPostgresError`.
  package func remove() throws {
    guard FileSystem.exists(directory) else { return }
    try prepareDirectory()
    let lock = try FileLock.acquire(lockFile, timeout: .seconds(120))
    defer { withExtendedLifetime(lock) {} }
    try stopLocked()
    if let outside = outsideDirectory { try FileSystem.removeTree(outside) }
    // The lock goes last, so that nobody begins to use what is half removed.
    for name in FileSystem.names(in: directory) where directory + "/" + name != lockFile {
      try FileSystem.removeTree(directory + "/" + name)
    }
    try FileSystem.removeTree(directory)
  }

  @discardableResult
  private func stopLocked() throws -> Bool {
    let running = Postmaster.find(dataDirectory: dataDirectory)
    try running?.end(by: SIGINT, timeout: .seconds(30))
    if var state = ServerState(file: stateFile) {
      try removeSocketDirectory(state)
      state.pid = nil
      try state.save(stateFile)
    }
    return running != nil
  }

  // MARK: - Files

  private var lockFile: String { directory + "/lock" }
  private var stateFile: String { directory + "/server.json" }

  /// Where the data are, or will be if that is in the project.
  private var dataDirectory: String {
    let inside = directory + "/data"
    guard let outsideDirectory, !FileSystem.exists(inside),
      FileSystem.exists(outsideDirectory + "/data")
    else { return inside }
    return outsideDirectory + "/data"
  }

  /// Where root keeps the data of a project that the server's account can't enter.
  ///
  /// The name follows from the project's path, so that no file has to be believed about it.
  private var outsideDirectory: String? {
    guard user.isLent, let parent = FileSystem.realPath(options.persistentDirectory) else {
      return nil
    }
    // FNV-1a, 64 bits: nobody gains by a collision, and the path is the owner's own.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in directory.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return "\(parent)/dbtool-\(geteuid())/\(name)-\(String(hash, radix: 36))"
  }

  /// Makes the cluster's directory, or checks the one that is there.
  private func prepareDirectory() throws {
    let home = FileSystem.parent(of: directory)
    if try FileSystem.makeDirectory(home, mode: 0o755) {
      // Passwords and data have no place in version control.
      try FileSystem.replace(home + "/.gitignore", with: "*\n", mode: 0o644)
    }
    guard FileSystem.realPath(home) == home else {
      throw LocalPostgresError(.unsafeDirectory, "\(home) is a symbolic link")
    }
    try FileSystem.makeDirectory(directory, mode: user.passageMode)
    try BaseDirectory.check(directory, mode: user.passageMode)
  }

  /// The data directory, made from the template if there is none.
  private func prepareData() throws -> String {
    let template = try ClusterTemplate(
      binaries: options.binaries, user: user, setup: .open,
      cacheDirectory: options.cacheDirectory)
    let existing = dataDirectory
    if let found = FileSystem.read(existing + "/PG_VERSION") {
      try checkVersion(found, template.version)
      try forgetRecycledProcess(existing)
      return existing
    }
    let home = try chooseHome()
    let draft = home + "/new"
    // Under another name until it is complete: a process may have been killed half-way.
    try FileSystem.removeTree(draft)
    try FileSystem.makeDirectory(draft, mode: user.passageMode)
    _ = try template.install(in: draft)
    guard rename(draft + "/data", home + "/data") == 0 else {
      throw LocalPostgresError.system("cannot move \(draft)/data")
    }
    try FileSystem.removeTree(draft)
    return home + "/data"
  }

  /// The directory that gets the data directory of a new cluster.
  private func chooseHome() throws -> String {
    guard user.isLent, let outsideDirectory else { return directory }
    // Asked of the system itself, because access lists count too.
    let answer = try ChildProcess.run(user.command(["/usr/bin/test", "-x", directory]))
    if answer.isSuccess { return directory }
    _ = try BaseDirectory(in: options.persistentDirectory, user: user)
    try FileSystem.makeDirectory(outsideDirectory, mode: user.passageMode)
    try BaseDirectory.check(outsideDirectory, mode: user.passageMode)
    return outsideDirectory
  }

  private func checkVersion(_ found: String, _ wanted: String) throws {
    let major = found.prefix { $0.isNumber }
    guard wanted.prefix(while: { $0.isNumber }) == major else {
      throw LocalPostgresError(
        .unsupported,
        "the local cluster \(name) was made by PostgreSQL \(major), and \(wanted) is installed",
        remedy: "Remove the cluster, or put PostgreSQL \(major) first in PATH")
    }
  }

  /// Removes the process id of a killed server when no PostgreSQL has it any more.
  ///
  /// PostgreSQL would take whatever has the id now for its server, even a process that has ended
  /// and was not waited for, and refuse to start. Its check that no process of the old server
  /// still uses the data does not depend on the file.
  private func forgetRecycledProcess(_ data: String) throws {
    guard let file = PostmasterFile(dataDirectory: data),
      Postmaster(pid: file.pid, dataDirectory: data).isOtherProgram
    else { return }
    try FileSystem.removeTree(PostmasterFile.path(data))
  }

  private func removeSocketDirectory(_ state: ServerState?) throws {
    guard let state, base.isSocketDirectory(state.socketDirectory) else { return }
    try FileSystem.removeTree(state.socketDirectory)
  }
}
