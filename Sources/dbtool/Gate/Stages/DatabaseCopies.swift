import DatabaseInstrumentation
import Isolation
import LocalPostgres
import Postgres
import SQLSyntax

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Copies of the throwaway database beside it, so that several cores have something to do.
struct DatabaseCopies {
  /// More sessions than that wait for the disk and for each other.
  private static let most = 3

  private let conninfos: [String]
  private let session: Session

  /// Makes a copy for each further core; none of a database that is somebody's.
  ///
  /// - Throws: `PostgresError` when the server refuses.
  init(of session: Session) throws {
    self.session = session
    let count = min(ProcessInfo.processInfo.activeProcessorCount - 1, Self.most)
    guard let server = session.throwawayServer, count > 0 else {
      conninfos = []
      return
    }
    let names = (1...count).map { "dbtool_copy_\($0)" }
    conninfos = names.map { server.conninfo(database: $0) }
    // A database is copied only while nobody is in it.
    session.disconnect()
    let connection = try LibPQConnection(
      conninfo: server.conninfo(database: "template1"), cancellation: Interrupts.cancellation)
    defer { connection.close() }
    // Quicker than what version 15 and later do if not told otherwise: writing all of it to the log.
    let strategy = connection.serverVersion >= 150_000 ? " STRATEGY file_copy" : ""
    let original = try SQLIdentifier.quoted(server.database)
    for name in names {
      try connection.execute("CREATE DATABASE \(name) TEMPLATE \(original)\(strategy)")
      for statement in try DatabaseSettings.statements(
        from: server.database, to: name, on: connection)
      {
        try connection.execute(statement)
      }
    }
  }

  /// What opens a session on each of them, as the verifier needs it.
  func clients(_ options: IsolationOptions) -> [IsolationVerifier.Copy] {
    let settings = ContextSettings(tenant: options.tenantSetting, user: options.userSetting)
    let instrument = session.instrument(settings)
    return conninfos.map { conninfo in
      {
        let connection = try LibPQConnection(
          conninfo: conninfo, cancellation: Interrupts.cancellation)
        return InstrumentedClient(connection: instrument(connection), settings: settings)
      }
    }
  }
}
