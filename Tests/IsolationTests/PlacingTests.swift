import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Rows that are hard to make or to place")
struct PlacingTests {
  private static let setting = "NULLIF(current_setting('app.current_tenant_id', true), '')::uuid"

  @Test(
    "triggers that want a context, give rows to its tenant or refuse without one",
    arguments: [
      "NEW.tenant_id := \(setting); RETURN NEW;",
      "NEW.tenant_id := current_setting('app.current_tenant_id')::uuid; RETURN NEW;",
      "IF \(setting) IS NULL THEN RAISE EXCEPTION 'no tenant'; END IF; RETURN NEW;",
      "IF \(setting) IS NULL THEN RETURN NULL; END IF; RETURN NEW;",
    ])
  func triggers(body: String) throws {
    let hole = """
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(body) END $$;
      ALTER TABLE rooms ALTER COLUMN tenant_id DROP NOT NULL;
      CREATE TRIGGER stamp BEFORE INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION stamp()
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated, "\(report.notes("public.rooms"))")
      #expect(report.operations("public.rooms") == .init(all: .isolated))
      #expect(report.summary == [])
      try schema.run("CREATE POLICY lax ON rooms FOR DELETE USING (true)")
      #expect(try schema.verify().operations("public.rooms")?.delete == .leak)
    }
  }

  @Test("what a trigger refuses before any policy is asked is tried while triggers rest")
  func refusedByTrigger() throws {
    let hole = """
      CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.tenant_id <> OLD.tenant_id THEN RAISE EXCEPTION 'rooms do not move'; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER stay BEFORE UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION stay()
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated, "\(report.notes("public.rooms"))")
      #expect(report.operations("public.rooms") == .init(all: .isolated))
      #expect(report.summary == [])
      try schema.run(
        "CREATE POLICY lax ON rooms FOR UPDATE USING (\(PlantedSchema.own())) WITH CHECK (true)")
      let open = try schema.verify()
      #expect(open.operations("public.rooms")?.update == .inconclusive)
      #expect(
        open.notes("public.rooms").contains("without the table's triggers"),
        "\(open.notes("public.rooms"))")
    }
  }

  @Test("rows that triggers change or add while others are put in are no harm done by a probe")
  func changedByTrigger() throws {
    let hole = """
      ALTER TABLE rooms ADD COLUMN rank int NOT NULL DEFAULT 0;
      CREATE FUNCTION rerank() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE rooms SET rank = rank + 1 WHERE tenant_id = NEW.tenant_id; RETURN NULL; END $$;
      CREATE TRIGGER rerank AFTER INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION rerank()
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated, "\(report.summary) \(report.notes("public.rooms"))")
      #expect(report.operations("public.rooms") == .init(all: .isolated))
      #expect(report.summary == [])
      try schema.run("CREATE POLICY lax ON rooms FOR DELETE USING (rank > 5)")
      #expect(try schema.verify().operations("public.rooms")?.delete == .leak)
    }
  }

  @Test("a trigger that looks for rows of another table by a number that two tenants have")
  func namesakes() throws {
    func hole(_ condition: String) -> String {
      """
      CREATE TABLE accounts (tenant_id uuid NOT NULL REFERENCES tenants, no int NOT NULL,
        balance int NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, no));
      CREATE TABLE entries (tenant_id uuid NOT NULL, id uuid NOT NULL, no int NOT NULL,
        PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, no) REFERENCES accounts);
      \(PlantedSchema.protect("accounts")) \(PlantedSchema.protect("entries"))
      CREATE FUNCTION book() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
        BEGIN UPDATE accounts SET balance = balance + 1 WHERE \(condition); RETURN NULL; END $$;
      CREATE TRIGGER book AFTER INSERT ON entries FOR EACH ROW EXECUTE FUNCTION book()
      """
    }
    try PlantedSchema.with(hole: hole("no = NEW.no")) { schema in
      let report = try schema.verify()
      let found = report.findings.first { $0.rule == "trigger-crosses-tenants" }
      let finding = try #require(found, "\(report.summary)")
      #expect(finding.object == "public.accounts")
      let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      #expect(lines.last == "accounts", "\(lines)")
    }
    try PlantedSchema.with(hole: hole("no = NEW.no AND tenant_id = NEW.tenant_id")) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated && report.summary == [], "\(report.summary)")
    }
  }

  @Test("a hash partition over ids of a domain holds the rows of one of the tenants at least")
  func hashOfDomain() throws {
    let own = "tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::tenant_key"
    let schema = """
      CREATE DOMAIN tenant_key AS text CHECK (VALUE ~ '^t[0-9a-f]{16}$');
      CREATE TABLE tenants (id tenant_key PRIMARY KEY);
      \(PlantedSchema.protect("tenants", own.replacing("tenant_id", with: "id")))
      CREATE TABLE sums (tenant_id tenant_key NOT NULL REFERENCES tenants, total int NOT NULL)
        PARTITION BY HASH (tenant_id);
      CREATE TABLE sums_0 PARTITION OF sums FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE sums_1 PARTITION OF sums FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      \(PlantedSchema.protect("sums", own))
      CREATE POLICY big ON sums FOR SELECT USING (total > 1000)
      """
    try PlantedSchema.with(schema) { planted in
      let report = try planted.verify()
      #expect(report.operations("public.sums")?.select == .leak, "\(report.notes("public.sums"))")
    }
  }

  @Test("a row that a trigger of the table it refers to makes is placed all the same, and probed")
  func madeByTrigger() throws {
    let hole = """
      CREATE TABLE settings (tenant_id uuid PRIMARY KEY REFERENCES tenants, theme text DEFAULT 'x');
      \(PlantedSchema.protect("settings"))
      CREATE FUNCTION welcome() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        BEGIN INSERT INTO public.settings (tenant_id) VALUES (NEW.id); RETURN NULL; END $$;
      CREATE TRIGGER welcome AFTER INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION welcome()
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated, "\(report.notes("public.settings")) \(report.summary)")
      #expect(report.operations("public.settings")?.select == .isolated)
      try schema.run("CREATE POLICY lax ON settings FOR SELECT USING (theme = 'x')")
      #expect(try schema.verify().operations("public.settings")?.select == .leak)
    }
  }

  @Test("a value that only existing rows or dbtool.yaml know")
  func knownValues() throws {
    // No proposal has this digest.
    let hole = """
      ALTER TABLE rooms ADD COLUMN code text NOT NULL DEFAULT 'A-1';
      ALTER TABLE rooms ALTER COLUMN code DROP DEFAULT;
      ALTER TABLE rooms ADD CONSTRAINT known CHECK (md5(code) LIKE 'c0ffee%' OR
        md5(code) = '\(Self.digest)')
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .inconclusive)
      let notes = report.notes("public.rooms")
      #expect(notes.contains("known"), "\(notes)")
      #expect(notes.contains("tenancy: {values: {public.rooms.code:"), "\(notes)")
      var options = IsolationOptions(roles: ["app_user"])
      options.values = ["public.rooms.code": ["A-1"]]
      #expect(try schema.verify(options).verdict == .isolated)
      options.values = ["public.rooms.cod": ["A-1"]]
      #expect(throws: IsolationError.unknownColumn("public.rooms.cod")) {
        try schema.verify(options)
      }
      let tenant = "00000000-0000-4000-8000-000000000001"
      try schema.run(
        """
        INSERT INTO tenants VALUES ('\(tenant)', 'kept');
        INSERT INTO rooms (tenant_id, number, code) VALUES ('\(tenant)', '7', 'A-1')
        """)
      #expect(try schema.verify().verdict == .isolated)
    }
  }

  /// `md5('A-1')`.
  private static let digest = "44cd4242f4e60762eedb063bfe4ceb3c"

  @Test("an id that resembles a tenant's and that the root table rules out is no finding")
  func impossibleIds() throws {
    func schema(_ check: String) -> String {
      let own = "lower(tenant_id) = lower(current_setting('app.current_tenant_id', true))"
      return """
        CREATE TABLE tenants (id text PRIMARY KEY \(check));
        \(PlantedSchema.protect("tenants", PlantedSchema.own("id", type: "text")))
        CREATE TABLE things (tenant_id text NOT NULL REFERENCES tenants, a int);
        \(PlantedSchema.protect("things", own))
        """
    }
    try PlantedSchema.with(schema("CHECK (id ~ '^[a-z]{3,12}$')")) { schema in
      let report = try schema.verify()
      #expect(report.summary == [])
      #expect(report.verdict == .isolated)
    }
    try PlantedSchema.with(schema("CHECK (id ~ '^[A-Za-z]{3,12}$')")) { schema in
      let summary = try schema.verify().summary
      #expect(
        summary == [
          "error look-alike-tenant delete public.things app_user",
          "error look-alike-tenant select public.things app_user",
          "error foreign-tenant-accepted insert public.things app_user",
        ])
    }
  }

  @Test("rows that others refer to are counted, not guessed at, when nobody deletes them")
  func deletionOfReferencedRows() throws {
    // What belongs to nobody may be deleted by everybody; a template is referred to.
    let hole = """
      ALTER TABLE rooms ALTER COLUMN tenant_id DROP NOT NULL;
      CREATE TABLE copies (of uuid NOT NULL REFERENCES rooms);
      INSERT INTO rooms (id, number) VALUES ('00000000-0000-4000-8000-000000000009', '1');
      INSERT INTO copies VALUES ('00000000-0000-4000-8000-000000000009');
      CREATE POLICY templates ON rooms FOR DELETE USING (
        tenant_id IS NULL AND current_setting('app.current_tenant_id', true) IS NULL)
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(!report.summary.contains { $0.contains("unset-context") }, "\(report.summary)")
      try schema.run(
        "CREATE POLICY jobs ON rooms FOR DELETE USING (current_setting('app.current_tenant_id', true) IS NULL)"
      )
      let finding = try #require(try schema.verify().findings.first { $0.rule == "unset-context" })
      #expect(finding.evidence.contains("deleted by a session without a tenant"))
      let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(lines)")
    }
  }

  @Test("a type of tenant ids that is none is refused")
  func unknownType() throws {
    try PlantedSchema.with { schema in
      for type in ["nonsense", "uuid; DROP TABLE rooms", ""] {
        #expect(throws: IsolationError.unknownType(type)) {
          try schema.verify(.init(roles: ["app_user"], tenantType: type))
        }
      }
      for type in ["uuid", "varchar(8)"] {
        let report = try schema.verify(.init(roles: ["app_user"], tenantType: type))
        #expect(report.verdict == .isolated)
      }
    }
  }

  @Test("the owner of tables without FORCE can look on; with FORCE it is told where it cannot")
  func ownerLooksOn() throws {
    let server = try TestServer.dedicated()
    let unforced = ["tenants", "rooms", "bookings", "notes", "events"].map {
      "ALTER TABLE \($0) NO FORCE ROW LEVEL SECURITY"
    }.joined(separator: ";")
    try PlantedSchema.with(hole: unforced + "; GRANT app_user TO app_owner", server: server) {
      schema in
      let session = try schema.database.connect(as: "app_owner")
      defer { session.close() }
      #expect(try schema.verify(over: session).verdict == .isolated)
      try schema.run("CREATE POLICY lax ON rooms FOR SELECT USING (true)")
      #expect(try schema.verify(over: session).operations("public.rooms")?.select == .leak)
      try schema.run("ALTER TABLE events FORCE ROW LEVEL SECURITY")
      #expect(
        throws: IsolationError.boundOnTables(session: "app_owner", tables: ["public.events"])
      ) { try schema.verify(over: session) }
    }
  }
}
