import LocalPostgres
import Postgres

/// A throwaway server with a session on it, for what is tried before it is done.
struct ScratchServer {
  let connection: LibPQConnection
  private let server: EphemeralServer

  /// - Parameters:
  ///   - console: Hears that it takes its time.
  ///   - rights: What the SQL that is tried may do.
  init(_ console: Console, rights: ServerRights = .superuser) throws {
    server = try console.during("starting a throwaway PostgreSQL server") {
      try EphemeralServer.start(
        try ServerOptions(environment: Environment.current), rights: rights)
    }
    connection = try LibPQConnection(
      conninfo: server.address.conninfo, cancellation: Interrupts.cancellation)
  }

  /// Ends the session and removes the server.
  func close() {
    connection.close()
    server.stop()
  }
}
