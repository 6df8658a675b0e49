/// A PostgreSQL server of this process's own, removed with all its data when it is no longer used.
///
/// It ends with `stop`, with the last reference to it, and with `stopAll`. If the process is
/// killed, the next start by the same user removes what is left.
package final class EphemeralServer: Sendable {
  /// How to reach it.
  package let address: ServerAddress
  /// The directory that holds all of it while it runs.
  package var directory: String { cluster.directory }
  /// The main server process.
  package var processID: Int32? { cluster.processID }

  private let cluster: EphemeralCluster

  private init(address: ServerAddress, cluster: EphemeralCluster) {
    self.address = address
    self.cluster = cluster
  }

  deinit { stop() }

  /// Starts a server with a fresh cluster and removes those of dead processes.
  ///
  /// - Throws: `LocalPostgresError`; `PostgresError` if the server refuses to be set up.
  package static func start(
    _ options: ServerOptions, rights: ServerRights = .superuser
  ) throws -> EphemeralServer {
    let user = try ServerUser.current()
    let base = try BaseDirectory(in: options.temporaryDirectory, user: user)
    try Leftovers.remove(in: base)
    let template = try ClusterTemplate(
      binaries: options.binaries, user: user, setup: rights.setup,
      cacheDirectory: options.cacheDirectory)
    do {
      return try start(options, rights, user, base, template, usesCache: true)
    } catch let error as StartFromTemplateFailed {
      // A file of the template may be damaged in a way that its size does not show.
      template.discard()
      do {
        return try start(options, rights, user, base, template, usesCache: false)
      } catch is StartFromTemplateFailed {
        throw error.cause
      }
    }
  }

  /// Ends the server and removes its data; nothing happens the second time.
  package func stop() { cluster.stop() }

  /// Ends every server that this process started, from any thread.
  ///
  /// For an exit handler, or a thread that waits for signals; not from inside a signal handler.
  ///
  /// - Parameter refusesNew: True to have every later start in this process fail, because it is
  ///   about to end.
  package static func stopAll(refusesNew: Bool = false) {
    EphemeralCluster.stopAll(refusesNew: refusesNew)
  }

  /// Removes the servers and data that processes of this user left behind when they were killed.
  ///
  /// - Returns: How many were removed.
  @discardableResult
  package static func removeLeftovers(_ options: ServerOptions) throws -> Int {
    try Leftovers.remove(
      in: BaseDirectory(in: options.temporaryDirectory, user: ServerUser.current()))
  }

  // MARK: - Starting

  private struct StartFromTemplateFailed: Error {
    var cause: LocalPostgresError
  }

  private static func start(
    _ options: ServerOptions, _ rights: ServerRights, _ user: ServerUser,
    _ base: BaseDirectory, _ template: ClusterTemplate, usesCache: Bool
  ) throws -> EphemeralServer {
    let cluster = try EphemeralCluster(in: base)
    do {
      let source = try template.install(in: cluster.directory, usesCache: usesCache)
      try prepare(
        rights.statements(major: template.major),
        SingleUserMode(
          binaries: options.binaries, user: user, dataDirectory: cluster.dataDirectory),
        in: cluster.directory)
      let socketDirectory = cluster.directory + "/socket"
      try FileSystem.makeDirectory(socketDirectory, mode: 0o700)
      try user.adopt(socketDirectory)
      let launcher = ServerLauncher(
        binaries: options.binaries, user: user, dataDirectory: cluster.dataDirectory,
        setup: rights.setup, socketDirectory: socketDirectory,
        log: cluster.directory + "/server.log",
        isDetached: false)
      do {
        let running = try launcher.launch(
          password: RandomToken.password(), onStart: cluster.adopt)
        return EphemeralServer(address: running.address, cluster: cluster)
      } catch let error as LocalPostgresError where source == .cache {
        throw error.code == .startFailed ? StartFromTemplateFailed(cause: error) : error
      }
    } catch {
      cluster.stop()
      throw error
    }
  }

  /// Lets the superuser do its part before anybody can connect.
  private static func prepare(
    _ statements: [String], _ superuser: SingleUserMode, in directory: String
  ) throws {
    guard !statements.isEmpty else { return }
    let complaint = try superuser.complaint(
      running: statements, in: ServerSettings.database, scriptDirectory: directory)
    if let complaint {
      throw LocalPostgresError(
        .extensionRefused, "the extensions that were asked for cannot be made: \(complaint)",
        remedy: "Name those that are installed, each after those that it needs")
    }
  }
}
