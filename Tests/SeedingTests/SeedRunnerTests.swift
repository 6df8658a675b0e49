import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

private let insertRoom = """
  INSERT INTO rooms (tenant_id, id, name)
  VALUES (current_setting('app.current_tenant_id')::uuid, 1, current_user);
  """

@Suite("Running seeds")
struct SeedRunnerTests {
  @Test("A plain file runs once for each tenant, as the application's role, and is noted")
  func perTenant() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.sql", insertRoom)
      let id = "6b1b8a46-7a5e-4a0e-9d53-0d0b6c1e8a11"
      let report = try hotel.folder.run(
        hotel.client, runner: SeedRunner(toolVersion: "1.2.3", runID: id))
      #expect(report.ranCount == 2)
      #expect(report.rows == 2)
      #expect(
        try hotel.column("SELECT tenant_id || ' ' || name FROM rooms ORDER BY 1")
          == [tenantA + " app_user", tenantB + " app_user"])
      let row = try hotel.admin.execute(
        """
        SELECT file, tenant, length(checksum), rows, applied_by = session_user, tool_version, run_id
        FROM dbtool.seeds ORDER BY tenant
        """
      ).rows.first
      #expect(row?[0] == "010_rooms.sql")
      #expect(row?[1] == tenantA)
      #expect(row?.int(2) == 64)
      #expect(row?.int(3) == 1)
      #expect(row?.bool(4) == true)
      #expect(row?[5] == "1.2.3")
      #expect(row?[6] == id)
    }
  }

  @Test("A file as admin runs once, outside any tenant, recorded as exempt")
  func asAdministrator() throws {
    try Hotel.with { hotel in
      try hotel.folder.write(
        "010_words.sql",
        """
        -- dbtool: as-admin
        INSERT INTO words VALUES (session_user = current_user), ('b');
        """)
      #expect(try hotel.folder.run(hotel.client, tenants: []).rows == 2)
      #expect(try hotel.column("SELECT word FROM words ORDER BY 1") == ["b", "true"])
      #expect(try hotel.scalar("SELECT tenant FROM dbtool.seeds")?.isEmpty == true)
      let inserts = hotel.recorder.records.filter { "\($0.kind)" == "insert" }
      #expect(inserts.allSatisfy { $0.isExempt && $0.tenant == nil })
    }
  }

  @Test("Files run in order, each for all tenants before the next")
  func order() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("020_rooms.sql", insertRoom)
      try hotel.folder.write("010_words.sql", "-- dbtool: as-admin\nINSERT INTO words VALUES ('a')")
      try hotel.folder.write("030_words.sql", "SELECT 1")
      let plan = try SeedRunner(toolVersion: "test").plan(
        try hotel.folder.load(), tenants: [tenantA, tenantB, tenantA], client: hotel.client)
      #expect(
        plan.description == """
          new      010_words.sql as administrator
          new      020_rooms.sql for tenant "\(tenantA)"
          new      020_rooms.sql for tenant "\(tenantB)"
          new      030_words.sql for tenant "\(tenantA)"
          new      030_words.sql for tenant "\(tenantB)"
          """)
      #expect(try hotel.scalar("SELECT to_regnamespace('dbtool')") == nil)
      var events: [String] = []
      try SeedRunner(toolVersion: "test").run(plan, client: hotel.client) { progress in
        if case .began(let step) = progress { events.append(step.description) }
      }
      #expect(events == plan.steps.map(\.description))
    }
  }

  @Test("What ran is skipped, what changed runs again, and a new tenant gets what it lacks")
  func idempotent() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.sql", insertRoom)
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).ranCount == 0)
      #expect(try hotel.folder.run(hotel.client).ranCount == 1)
      try hotel.folder.write("010_rooms.sql", "UPDATE rooms SET capacity = 4;")
      let plan = try SeedRunner(toolVersion: "test").plan(
        try hotel.folder.load(), tenants: [tenantA, tenantB], client: hotel.client)
      #expect(plan.steps.map(\.state) == [.changed, .changed])
      // One row each: were it two, a tenant's file would have reached the other's row.
      let report = try SeedRunner(toolVersion: "test").run(plan, client: hotel.client)
      #expect(report.rows == 2)
      #expect(try hotel.column("SELECT capacity FROM rooms") == ["4", "4"])
    }
  }

  @Test("A seed cannot write another tenant's rows, and the error says where and for whom")
  func otherTenant() throws {
    try Hotel.with { hotel in
      try hotel.folder.write(
        "010_rooms.sql", "SELECT 1;\nINSERT INTO rooms (tenant_id, id) VALUES ('\(tenantA)', 5);")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .statementFailed)
      #expect(error?.tenant == tenantB)
      #expect(error?.cause?.isPolicyRefusal == true)
      #expect(error?.description.contains("010_rooms.sql:2:1: new row violates row-level") == true)
      #expect(error?.description.contains("tenant: \"\(tenantB)\"") == true)
      // The first tenant's step stays and is skipped next time.
      #expect(error?.report?.ranCount == 1)
      #expect(try hotel.column("SELECT tenant FROM dbtool.seeds") == [tenantA])
      #expect(hotel.client.connection.transactionStatus == .idle)
    }
  }

  @Test("A seed cannot do what the application may not")
  func privileges() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_words.sql", "INSERT INTO words VALUES ('x')")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.cause?.sqlState == .insufficientPrivilege)
      #expect(error?.cause?.isPolicyRefusal == false)
    }
  }

  @Test("An error in the middle of a statement is reported at its line and column")
  func position() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.sql", "SELECT 'ü';\n\n  SELECT 'é', nope\n  FROM rooms;")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.line == 3)
      #expect(error?.column == 15)
      #expect(error?.statement == "SELECT 'é', nope\n  FROM rooms")
    }
  }

  @Test(
    "A file that changes its role or its tenant unseen is undone",
    arguments: [
      "DO $$ BEGIN EXECUTE 'RESET ROLE'; END $$; INSERT INTO words VALUES ('escaped')",
      "SELECT set_config('role', 'none', true)",
      "SELECT set_config('app.current_tenant_id', '\(tenantB)', true)",
      "SET LOCAL app.current_tenant_id = ''",
    ])
  func escape(text: String) throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.sql", text)
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.code == .escapedContext)
      #expect(try hotel.column("SELECT word FROM words").isEmpty)
      #expect(try hotel.column("SELECT file FROM dbtool.seeds").isEmpty)
    }
  }

  @Test("A role that is above row-level security does not run tenants' seeds")
  func unrestrictedRole() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.sql", insertRoom)
      let session = try hotel.database.connect()
      defer { session.close() }
      let client = InstrumentedClient(connection: session, mode: .exempt, sink: hotel.recorder)
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(client) }
      #expect(error?.code == .unrestrictedRole)
      #expect(try hotel.column("SELECT id FROM rooms").isEmpty)
    }
  }

  @Test("Deferred triggers run with the application's rights, not the administrator's")
  func deferredTrigger() throws {
    try Hotel.with { hotel in
      for statement in [
        "CREATE TABLE log (who text)", "GRANT INSERT ON log TO app_user",
        """
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO log VALUES (current_user); RETURN NULL; END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER note AFTER INSERT ON rooms DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION note()
        """,
      ] { try hotel.admin.execute(statement) }
      try hotel.folder.write("010_rooms.sql", insertRoom)
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(try hotel.column("SELECT who FROM log") == ["app_user"])
    }
  }

  @Test("A deferred constraint that is violated at the end undoes the file")
  func deferredConstraint() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute(
        """
        ALTER TABLE rooms ADD CONSTRAINT word_exists FOREIGN KEY (name) REFERENCES words
        DEFERRABLE INITIALLY DEFERRED
        """)
      try hotel.folder.write("010_rooms.sql", insertRoom)
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .rowsRefused)
      #expect(error?.cause?.sqlState == .foreignKeyViolation)
      #expect(error?.description.contains("010_rooms.sql: a deferred constraint is") == true)
      #expect(try hotel.column("SELECT id FROM rooms").isEmpty)
      #expect(try hotel.column("SELECT file FROM dbtool.seeds").isEmpty)
    }
  }

  @Test("What a file sets ends with it")
  func sessionState() throws {
    try Hotel.with { hotel in
      let check = """
        DO $$ BEGIN
          ASSERT current_setting('search_path') NOT LIKE '%other%';
          ASSERT current_setting('app.mine', true) IS NOT DISTINCT FROM NULL
            OR current_setting('app.mine', true) = '';
        END $$;
        """
      let change = "SET search_path = other; SET app.mine = 'x';"
      try hotel.folder.write("010.sql", change)
      try hotel.folder.write("020.sql", check)
      try hotel.folder.write(
        "030.sql", "-- dbtool: as-admin\n\(check)\(change) SET ROLE app_user;")
      try hotel.folder.write("040.sql", check)
      #expect(try hotel.folder.run(hotel.client).ranCount == 7)
      let session = hotel.client.connection
      #expect(try session.execute("SELECT current_user = session_user").scalar == "t")
      #expect(
        try session.execute("SELECT current_setting('app.current_tenant_id', true)").scalar ?? ""
          == "")
    }
  }

  @Test("A connection that is lost leaves only whole steps, and the next run goes on from there")
  func connectionLost() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.sql", insertRoom)
      try hotel.folder.write(
        "020_words.sql",
        """
        -- dbtool: as-admin
        INSERT INTO words VALUES ('lost');
        SELECT pg_terminate_backend(pg_backend_pid());
        """)
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .connectionLost)
      #expect(error?.report?.ranCount == 2)
      #expect(try hotel.column("SELECT word FROM words").isEmpty)
      try hotel.folder.write("020_words.sql", "-- dbtool: as-admin\nINSERT INTO words VALUES ('a')")
      let session = try hotel.database.connect()
      defer { session.close() }
      let client = InstrumentedClient(
        connection: session, role: "app_user", mode: .exempt, sink: hotel.recorder)
      #expect(try hotel.folder.run(client).ranCount == 1)
    }
  }

  @Test("An administrator who is no superuser can seed")
  func unprivileged() throws {
    try Hotel.with { hotel in
      let name = "seeder_" + hotel.database.name
      try hotel.admin.execute("CREATE ROLE \(name) LOGIN")
      defer {
        _ = try? hotel.admin.execute("DROP OWNED BY \(name) CASCADE")
        _ = try? hotel.admin.execute("DROP ROLE \(name)")
      }
      try hotel.admin.execute("GRANT app_user TO \(name)")
      try hotel.admin.execute("GRANT CREATE ON DATABASE \(hotel.database.name) TO \(name)")
      try hotel.admin.execute("GRANT INSERT ON words TO \(name)")
      try hotel.folder.write("010.sql", "-- dbtool: as-admin\nINSERT INTO words VALUES ('a')")
      try hotel.folder.write("020.sql", insertRoom)
      try hotel.folder.write("030_rooms.csv", "id,name\n7,x\n")
      let session = try hotel.database.connect(as: name)
      defer { session.close() }
      let client = InstrumentedClient(
        connection: session, role: "app_user", mode: .exempt, sink: hotel.recorder)
      #expect(try hotel.folder.run(client).ranCount == 5)
      #expect(try hotel.column("SELECT DISTINCT applied_by FROM dbtool.seeds") == [name])
    }
  }

  @Test("An open transaction is refused")
  func openTransaction() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010.sql", insertRoom)
      try hotel.client.connection.execute("BEGIN")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .openTransaction)
    }
  }
}
