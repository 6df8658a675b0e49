import Databases
import Postgres

/// The name under which a database is remembered; it holds no secret.
enum TargetName {
  /// `host:port/database`, the cluster and its database, or `ephemeral:NAME`.
  static func name(_ url: DatabaseURL) -> String {
    switch url {
    case .libpq(let conninfo), .awsLogin(_, let conninfo): name(ofConninfo: conninfo)
    case .dataAPI(let address):
      address.cluster + (address.database.map { "/" + $0 } ?? "")
    case .ephemeral: "ephemeral:"
    case .named(let name): "ephemeral:" + name
    }
  }

  private static func name(ofConninfo conninfo: String) -> String {
    let settings = LibPQConnection.settings(ofConninfo: conninfo) ?? [:]
    if let service = settings["service"] { return "service=" + service }
    let host = settings["host"] ?? settings["hostaddr"] ?? "local"
    let port = settings["port"].map { ":" + $0 } ?? ""
    let database = settings["dbname"] ?? settings["user"] ?? ""
    return "\(host)\(port)/\(database)"
  }
}
