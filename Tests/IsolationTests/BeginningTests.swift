import Isolation
import Postgres
import TestSupport
import Testing

@Suite("What verify-rls refuses to begin with, and what it leaves behind")
struct BeginningTests {
  @Test("a run leaves the database as it was, to the byte of a dump")
  func nothingLeft() throws {
    let rows = """
      INSERT INTO tenants VALUES ('00000000-0000-4000-8000-000000000001', 'kept');
      INSERT INTO rooms (tenant_id, number) VALUES ('00000000-0000-4000-8000-000000000001', '7');
      CREATE TABLE counters (id serial PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
      \(PlantedSchema.protect("counters"))
      """
    try PlantedSchema.with(hole: rows) { schema in
      let before = try Psql.dump(schema.database)
      #expect(try schema.verify().verdict == .isolated)
      #expect(try Psql.dump(schema.database) == before)
    }
  }

  @Test("a run that ends in an error leaves nothing behind either, and its session goes on")
  func nothingLeftAfterError() throws {
    try PlantedSchema.with { schema in
      let before = try schema.fingerprint()
      let other = try schema.database.connect()
      defer { other.close() }
      try other.execute("BEGIN")
      try other.execute("LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE")
      try schema.admin.execute(
        "ALTER DATABASE \(schema.database.name) SET default_transaction_read_only = on")
      let error = #expect(throws: PostgresError.self) { try schema.verify() }
      #expect(error?.sqlState == .readOnlyTransaction)
      try other.execute("ROLLBACK")
      try schema.admin.execute(
        "ALTER DATABASE \(schema.database.name) RESET default_transaction_read_only")
      #expect(try schema.fingerprint() == before)
      #expect(try schema.verify().verdict == .isolated)
    }
  }

  @Test("rows that the application has already do no harm and are not touched")
  func existingRows() throws {
    let rows = """
      INSERT INTO tenants SELECT gen_random_uuid(), 'tenant ' || n FROM generate_series(1, 50) n;
      INSERT INTO rooms (tenant_id, number)
        SELECT t.id, n::text FROM tenants t, generate_series(1, 20) n;
      """
    try PlantedSchema.with(hole: rows) { schema in
      let before = try schema.fingerprint()
      let report = try schema.verify()
      #expect(report.verdict == .isolated, "\(report.tables)")
      #expect(try schema.fingerprint() == before)
    }
  }

  @Test("equal databases give equal reports")
  func deterministic() throws {
    let hole = "CREATE POLICY lax ON rooms FOR SELECT USING (true)"
    func findings() throws -> [Finding] {
      try PlantedSchema.with(hole: hole) { try $0.verify().findings }
    }
    let first = try findings()
    let second = try findings()
    #expect(first == second)
  }

  @Test("no role, an unknown role, an unknown column and a bad setting are named")
  func badOptions() throws {
    try PlantedSchema.with { schema in
      #expect(throws: IsolationError.noRole) { try schema.verify(.init(roles: [])) }
      #expect(throws: IsolationError.unknownRole("app_usr")) {
        try schema.verify(.init(roles: ["app_usr"]))
      }
      #expect(throws: IsolationError.noTenantColumn("org_id")) {
        try schema.verify(.init(roles: ["app_user"], tenantColumn: "org_id"))
      }
      #expect(throws: IsolationError.noMatchingTable(["nope"])) {
        try schema.verify(.init(roles: ["app_user"], tables: ["nope"]))
      }
      for name in ["tenant", "app.", ".tenant", "app.1x", "app.a b", "app.é", ""] {
        #expect(throws: IsolationError.invalidSetting(name)) {
          try schema.verify(.init(roles: ["app_user"], tenantSetting: name))
        }
      }
    }
  }

  @Test("a session that row-level security binds can't be the observer")
  func boundSession() throws {
    try PlantedSchema.with { schema in
      let session = try schema.database.connect(as: "app_user")
      defer { session.close() }
      #expect(throws: IsolationError.boundByRowSecurity(session: "app_user")) {
        try schema.verify(over: session)
      }
    }
  }
}
