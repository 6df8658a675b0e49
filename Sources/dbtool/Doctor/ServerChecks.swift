import LocalPostgres
import Postgres

/// Looks at the versions of everything, and at what the server allows.
struct ServerChecks {
  let connection: any Connection

  private static let oldest = 130_000

  func run() throws -> [Diagnosis] {
    let result = try connection.execute(
      """
      SELECT pg_catalog.current_setting('server_version'), pg_catalog.pg_is_in_recovery()::text,
        pg_catalog.current_setting('default_transaction_read_only'),
        pg_catalog.current_database()::text, pg_catalog.current_setting('server_version_num')
      """)
    guard let row = result.rows.first else { return [] }
    let version = Int(row.text(4)) ?? 0
    var diagnoses = [
      version >= Self.oldest
        ? Diagnosis(
          "server", .good,
          "PostgreSQL \(row.text(0)), database \(row.text(3)), over \(connection.transport.rawValue)"
        )
        : Diagnosis(
          "server", .doubtful, "PostgreSQL \(row.text(0)) is older than what dbtool is tried with",
          remedy: "use PostgreSQL 13 or newer")
    ]
    if row.bool(1) {
      diagnoses.append(
        Diagnosis(
          "standby", .bad, "this server is a standby, which takes no changes",
          remedy: "connect to the primary"))
    } else if row.text(2) == "on" {
      diagnoses.append(
        Diagnosis(
          "read-only", .bad, "transactions are read-only by default",
          remedy: "turn default_transaction_read_only off for this role and database"))
    }
    return diagnoses + Self.local(serverMajor: version / 10_000)
  }

  /// dbtool and libpq.
  static var tools: Diagnosis {
    let library = LibPQConnection.libraryVersion
    return Diagnosis(
      "versions", .good,
      "dbtool \(Version.current), libpq \(library / 10_000).\(library % 10_000)")
  }

  /// The PostgreSQL of throwaway servers, which should be like the database's.
  static func local(serverMajor: Int?) -> [Diagnosis] {
    do {
      let binaries = try PostgresBinaries.find(environmentPath: Environment.current["PATH"])
      let version = try binaries.version()
      let major = version.split(separator: ".").first.flatMap { Int($0) }
      if let serverMajor, let major, major != serverMajor {
        return [
          Diagnosis(
            "local", .doubtful,
            "throwaway servers are PostgreSQL \(version), and the database is \(serverMajor)",
            remedy:
              "install the server of version \(serverMajor), and put its bin folder first in PATH: "
              + "gate and schema diff compare the two")
        ]
      }
      return [Diagnosis("local", .good, "throwaway servers are PostgreSQL \(version)")]
    } catch {
      return [
        Diagnosis(
          "local", .doubtful, "no PostgreSQL server is installed here for throwaway servers",
          remedy: (error as? LocalPostgresError)?.remedy)
      ]
    }
  }
}
