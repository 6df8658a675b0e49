import LocalPostgres
import Postgres

/// A named local server for the time of one command.
///
/// One that runs already is left running; one that this command started is stopped again, unless
/// somebody else has come to use it meanwhile.
struct NamedServer {
  let address: ServerAddress
  private let cluster: NamedCluster
  private let isStartedHere: Bool

  init(_ name: String, project: String) throws {
    cluster = try NamedCluster(
      name, projectDirectory: project,
      options: try ServerOptions(environment: Environment.current))
    if let address = cluster.address {
      self.address = address
      isStartedHere = false
    } else {
      address = try cluster.start()
      isStartedHere = true
    }
  }

  func release() {
    guard isStartedHere, !isUsedByOthers else { return }
    // The data are kept either way; a server that cannot be stopped now is found by the next run.
    _ = try? cluster.stop()
  }

  private var isUsedByOthers: Bool {
    guard let connection = try? LibPQConnection(conninfo: address.conninfo) else { return false }
    defer { connection.close() }
    let count = try? connection.execute(
      """
      SELECT count(*) FROM pg_catalog.pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()
      """
    ).scalar
    return (count ?? "0") != "0"
  }
}
