import DataAPI
import Postgres
import TestSupport

/// Runs `body` with a connection of either kind to one database.
func withBoth(
  _ body: (_ libpq: any Connection, _ api: DataAPIConnection, LocalDataAPI) throws -> Void
) throws {
  try TestServer.shared.withDatabase { libpq, database in
    let api = try LocalDataAPI(database)
    let connection = try api.connect()
    defer { connection.close() }
    try libpq.execute("SET TimeZone = 'UTC'")
    try body(libpq, connection, api)
  }
}

func cells(_ result: QueryResult) -> [[String?]] {
  result.rows.map { row in (0..<row.count).map { row[$0] } }
}
