import Policies
import Postgres
import SQLSyntax
import TestSupport
import Testing

@Suite("A manifest that does not fit its tables")
struct ManifestMisfitTests {
  private static let head = """
    tenant: {setting: app.tenant, column: tenant_id, type: text}
    roles: {application: [app_user]}

    """

  /// The error of a plan for a table with a policy of its own, and a manifest.
  private func error(_ manifest: String) throws -> PolicyError? {
    let server = try TestServer.shared
    try server.ensureRoles()
    var error: PolicyError?
    try server.withDatabase { connection, _ in
      try connection.execute("CREATE TABLE rooms (id int PRIMARY KEY, tenant_id text NOT NULL)")
      try connection.execute("ALTER TABLE rooms ENABLE ROW LEVEL SECURITY")
      try connection.execute(
        "CREATE POLICY rooms_tenant ON rooms TO app_user USING (tenant_id = 'a') WITH CHECK (true)")
      try PolicyFolder.withFolder { folder in
        try folder.write("m.yaml", manifest)
        let runner = PolicyRunner(
          lockTimeout: .seconds(1), lockRetries: Backoff(retries: 0, base: .zero, limit: .zero),
          toolVersion: "test")
        error = #expect(throws: PolicyError.self) {
          _ = try runner.plan(try folder.load(), on: connection)
        }
        #expect(connection.transactionStatus == .idle)
        #expect(try connection.execute("SELECT count(*) FROM pg_policy").scalar == "1")
      }
    }
    return error
  }

  @Test(
    "an expression that the server refuses is named with its table, its line and the server's words"
  )
  func expression() throws {
    let error = try error(
      Self.head + """
        tables:
          rooms:
            raw: the brochure
            policies:
              rooms_tenant: {using: "id = 'one'::text", check: "true"}
        """)
    let expected =
      "tables.rooms.policies.rooms_tenant on public.rooms: operator does not exist: integer = text"
    #expect(error?.message.hasPrefix(expected) == true, "\(error as Any)")
    #expect(error?.location?.line == 7 && error?.statement == "id = 'one'::text")
  }

  @Test("what the manifest makes itself names the table, and what to look at")
  func types() throws {
    let error = try error(Self.head.replacing("type: text", with: "type: uuid"))
    #expect(error?.message.contains("rooms") == true, "\(error as Any)")
    #expect(error?.remedy?.contains("tenant.type") == true, "\(error as Any)")
  }
}
