import Postgres
import TestSupport
import Testing

@Suite("Settings and privileges of a database")
struct DatabaseSettingsTests {
  private static let given = [
    #"ALTER DATABASE %1 SET search_path = '', "Odd ""Name", 'a, b', public, "$user""#,
    "ALTER DATABASE %1 SET app.settings_test = 'it''s = a \"value\"'",
    "ALTER DATABASE %1 SET \"app.Odd\" = ''",
    "ALTER DATABASE %1 SET statement_timeout = '7s'",
    "ALTER ROLE settings_user IN DATABASE %1 SET search_path = settings",
    "ALTER ROLE settings_user IN DATABASE %1 SET role = settings_user",
    "REVOKE ALL ON DATABASE %1 FROM PUBLIC",
    "GRANT CONNECT ON DATABASE %1 TO settings_user WITH GRANT OPTION",
    "GRANT TEMPORARY ON DATABASE %1 TO settings_user",
  ]

  @Test("a copy gets those of its original, lists and odd names included")
  func copied() throws {
    let server = try TestServer.dedicated()
    try server.withAdministrator { connection in
      try connection.execute("CREATE ROLE settings_user")
      for name in ["original", "copy", "plain"] {
        try connection.execute("CREATE DATABASE \(name)")
      }
      for statement in Self.given {
        try connection.execute(statement.replacing("%1", with: "original"))
      }
      for statement in try DatabaseSettings.statements(
        from: "original", to: "copy", on: connection)
      {
        try connection.execute(statement)
      }
      let original = try state("original", connection)
      #expect(original.count >= 6)
      #expect(try state("copy", connection) == original)
      // Where nothing was said nothing is to be done.
      #expect(
        try DatabaseSettings.statements(from: "plain", to: "copy", on: connection).isEmpty)
    }
  }

  private func state(_ database: String, _ connection: any Connection) throws -> [String] {
    try connection.execute(
      """
      SELECT concat(s.setrole, ' ', c) FROM pg_database d
      JOIN pg_db_role_setting s ON s.setdatabase = d.oid, unnest(s.setconfig) c WHERE datname = $1
      UNION ALL SELECT concat(a.grantee, ' ', a.privilege_type, ' ', a.is_grantable)
      FROM pg_database d, aclexplode(d.datacl) a WHERE datname = $1 ORDER BY 1
      """, [.text(database)]
    ).rows.map { $0.text(0) }
  }
}
