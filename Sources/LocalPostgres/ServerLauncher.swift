import Postgres
import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Starts a server on a data directory and waits until it answers.
struct ServerLauncher {
  /// The PostgreSQL installation.
  var binaries: PostgresBinaries
  /// The account that the server runs under.
  var user: ServerUser
  /// The data directory.
  var dataDirectory: String
  /// How the cluster was made.
  var setup: ClusterSetup
  /// The directory for the unix socket.
  var socketDirectory: String
  /// The file for the server's output.
  var log: String
  /// True when the server shall outlive this process and its terminal.
  var isDetached: Bool
  /// Settings that hold whatever the cluster's files say, as `name=value`.
  var settings: [String] = []

  /// The limit of `sun_path` in unix(7) is 108 bytes, on Darwin 104, with a NUL at the end.
  private static let longestSocketPath = 103

  /// A server that is up.
  struct Running {
    var pid: pid_t
    var address: ServerAddress
  }

  /// Starts the server.
  ///
  /// - Parameters:
  ///   - password: The user's password from now on.
  ///   - preferredPort: The port to take if nobody else has it.
  ///   - onStart: Hears the process id as soon as there is one, once a try.
  /// - Throws: `LocalPostgresError` of code `startFailed` with the end of the server's log.
  func launch(
    password: String, preferredPort: Int? = nil, onStart: (pid_t) throws -> Void = { _ in }
  ) throws -> Running {
    guard socketDirectory.utf8.count + "/.s.PGSQL.65535".utf8.count <= Self.longestSocketPath
    else {
      throw LocalPostgresError(
        .startFailed, "\(socketDirectory) is too long for the path of a unix socket")
    }
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: .seconds(60))
    var port = preferredPort
    while true {
      unlink(log)
      let address = ServerAddress(
        socketDirectory: socketDirectory, port: try TCPPort.unused(preferring: port),
        user: ServerSettings.user, password: password, database: ServerSettings.database)
      let settings = [
        // First, because `Postmaster` looks for it there.
        "port=\(address.port)", "listen_addresses=127.0.0.1",
        "unix_socket_directories=\(socketDirectory)",
      ]
      let pid = try ChildProcess.start(
        user.command(
          [binaries.postgres, "-D", dataDirectory]
            + (settings + self.settings).flatMap { ["-c", $0] }),
        log: log, isDetached: isDetached)
      do {
        try onStart(pid)
        try waitUntilReady(pid, address, deadline: deadline)
        return Running(pid: pid, address: address)
      } catch let death as EarlyDeath {
        guard death.isPassing, clock.now < deadline else { throw death.error }
        port = nil
        usleep(20_000)
      } catch {
        _ = kill(pid, SIGQUIT)
        _ = ChildProcess.wait(pid)
        throw error
      }
    }
  }

  // MARK: - Waiting

  /// The server ended instead of answering.
  private struct EarlyDeath: Error {
    var log: String

    /// True when another try can go better: someone took the port, or processes of a server that
    /// was killed are still ending.
    var isPassing: Bool {
      log.contains("could not create any TCP/IP sockets")
        || log.contains("pre-existing shared memory block")
    }

    var error: LocalPostgresError {
      LocalPostgresError(
        .startFailed, "the PostgreSQL server ended while it started; its log says: \(log)")
    }
  }

  private func waitUntilReady(
    _ pid: pid_t, _ address: ServerAddress, deadline: ContinuousClock.Instant
  ) throws {
    var lastError = "it does not listen"
    while ContinuousClock.now < deadline {
      if ChildProcess.hasEnded(pid) { throw EarlyDeath(log: logTail()) }
      // Asking earlier would only fill the log with refusals.
      if let file = PostmasterFile(dataDirectory: dataDirectory), file.isReady, file.pid == pid {
        do {
          return try setPassword(address)
        } catch let error as PostgresError where error.code == .cannotConnect {
          lastError = error.message
        }
      }
      usleep(5_000)
    }
    throw LocalPostgresError(
      .startFailed, "the PostgreSQL server does not answer: \(lastError); its log: \(logTail())")
  }

  /// Sets the user's password over the socket, so that it is in no argument list and no file.
  private func setPassword(_ address: ServerAddress) throws {
    let connection = try LibPQConnection(
      conninfo: address.conninfo(database: "postgres"), connectTimeout: 5)
    defer { connection.close() }
    // The server must not write the statement to its log, not even if it fails. A contained one never
    // does, and only a superuser may say so.
    let silence =
      setup.isContained
      ? []
      : [
        PipelineStatement("SET log_statement = 'none'"),
        PipelineStatement("SET log_min_error_statement = 'panic'"),
        PipelineStatement("SET log_min_duration_statement = -1"),
      ]
    let outcomes = try connection.pipeline(
      silence + [
        // Letters and digits only: `RandomToken.password` made it, or it was checked when read.
        PipelineStatement(
          "ALTER ROLE \(ServerSettings.user) PASSWORD '\(address.password)'",
          synchronizes: true)
      ])
    if let error = outcomes.lazy.compactMap(\.error).first { throw error }
  }

  /// The last lines of the server's log in one line.
  private func logTail() -> String {
    let lines = (FileSystem.read(log) ?? "").split(separator: "\n")
    return lines.suffix(10).joined(separator: " | ")
  }
}
