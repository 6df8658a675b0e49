import DatabaseInstrumentation
import Postgres
import Seeding
import Tenants
import TestSupport
import Testing

@Suite("Removing a tenant")
struct TenantDataRemovalTests {
  @Test("nothing of the tenant is left, and all others are as they were to the byte")
  func removal() throws {
    try TenantDataFixture.with { fixture in
      let before = try fixture.rows()
      let plan = try TenantRemoval(options: fixture.options).plan(tenantA, client: fixture.client)
      #expect(try fixture.rows() == before && !plan.isDone)
      let report = try fixture.remove()
      #expect(report.isDone && report.left.isEmpty && report.tables == plan.tables)
      let removed = Dictionary(
        uniqueKeysWithValues: report.tables.filter { $0.rows > 0 }.map { ($0.name, $0.rows) })
      #expect(
        removed == [
          "public.tenants": 1, "public.members": 3, "public.houses": 2, "public.rooms": 3,
          "public.notes": 2, "public.note_lines": 2, "public.people": 1, "public.sessions": 1,
        ])
      // Both's second tenant keeps them, and the guest of B has written a note there.
      #expect(report.staying == ["public.people": 2])
      let after = try fixture.rows()
      for (table, rows) in before {
        let kept = rows.split(separator: "|").filter { row in
          !row.contains(tenantA) && !row.contains("only-a@")
            && !(table == "sessions" && row == "(1,1)")
            && !(table == "note_lines" && row.hasPrefix("(1,"))
        }
        #expect(after[table] == kept.joined(separator: "|"), "\(table)")
      }
      let again = #expect(throws: SeedError.self) {
        try TenantRemoval(options: fixture.options).plan(tenantA, client: fixture.client)
      }
      #expect(again?.code == .unknownTenant)
    }
  }

  /// Expects that removing A is refused, with everything as it was.
  private func refused(
    _ fixture: TenantDataFixture, _ code: SeedError.Code, _ words: String...
  ) throws {
    let before = try fixture.rows()
    let error = #expect(throws: SeedError.self) { try fixture.remove() }
    #expect(error?.code == code, "\(String(describing: error))")
    for word in words {
      #expect(error?.description.contains(word) == true, "\(word): \(String(describing: error))")
    }
    #expect(try fixture.rows() == before)
    #expect(fixture.client.connection.transactionStatus == .idle)
  }

  @Test(
    "a trigger that writes the tenant's rows back is found out, deferred or not",
    arguments: ["TRIGGER back AFTER DELETE", "CONSTRAINT TRIGGER back AFTER DELETE"])
  func rowsWrittenBack(kind: String) throws {
    try TenantDataFixture.with { fixture in
      let moment = kind.hasPrefix("CONSTRAINT") ? "DEFERRABLE INITIALLY DEFERRED" : ""
      try fixture.run(
        """
        INSERT INTO people_rules VALUES ('\(tenantA)');
        CREATE FUNCTION back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO people_rules VALUES (OLD.tenant_id); RETURN NULL; END $$;
        CREATE \(kind) ON people_rules \(moment) FOR EACH ROW EXECUTE FUNCTION back();
        """)
      try refused(fixture, .notProven, "1 row of the tenant is still in public.people_rules")
    }
  }

  @Test("a trigger or a rule that keeps rows is found out")
  func keptRows() throws {
    try TenantDataFixture.with { fixture in
      try fixture.run(
        """
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER keep BEFORE DELETE ON people_rules FOR EACH ROW EXECUTE FUNCTION keep();
        INSERT INTO people_rules VALUES ('\(tenantA)');
        """)
      try refused(fixture, .notProven, "1 row of the tenant is still in public.people_rules")
      try fixture.run(
        "DROP TRIGGER keep ON people_rules; "
          + "CREATE RULE keep AS ON DELETE TO people_rules DO INSTEAD NOTHING;")
      try refused(fixture, .notProven, "public.people_rules", "A trigger or a rule keeps them")
    }
  }

  @Test("a trigger that refuses is quoted")
  func refusingTrigger() throws {
    try TenantDataFixture.with { fixture in
      try fixture.run(
        """
        CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'notes are for ever'; END $$;
        CREATE TRIGGER no BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION no();
        """)
      try refused(
        fixture, .transactionFailed, "rows of public.notes cannot be deleted", "notes are for ever",
        "P0001")
    }
  }

  @Test(
    "a foreign key that reaches another tenant's rows is found out",
    arguments: ["CASCADE", "SET NULL", "SET DEFAULT", "NO ACTION", "RESTRICT"])
  func foreignRows(action: String) throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      CREATE TABLE plans (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
      CREATE TABLE cards (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants,
        plan_id int REFERENCES plans ON DELETE \(action));
      """
    let rows = """
      INSERT INTO tenants VALUES ('\(tenantA)'), ('\(tenantB)');
      INSERT INTO plans VALUES (1, '\(tenantA)'), (2, '\(tenantB)');
      INSERT INTO cards VALUES (1, '\(tenantA)', 1), (2, '\(tenantB)', 1), (3, '\(tenantB)', 2);
      """
    try TenantDataFixture.with(schema, rows) { fixture in
      if ["NO ACTION", "RESTRICT"].contains(action) {
        try refused(fixture, .transactionFailed, "public.plans", "23503", "not this tenant's")
      } else {
        try refused(fixture, .notProven, "rows of others in public.cards", "ON DELETE")
      }
    }
  }

  @Test("a trigger that changes another tenant's rows is found out, and one that changes nobody's")
  func changedRows() throws {
    for (statement, words) in [
      (
        "UPDATE rooms SET note = 'changed' WHERE tenant_id = '\(tenantB)'", "others in public.rooms"
      ),
      ("INSERT INTO people_rules VALUES ('\(tenantB)')", "others in public.people_rules"),
      (
        "UPDATE countries SET within = NULL WHERE code = 'IE'",
        "public.countries, which are nobody's"
      ),
      ("DELETE FROM countries WHERE code = 'XX'", "public.countries"),
    ] {
      try TenantDataFixture.with { fixture in
        try fixture.run(
          """
          CREATE FUNCTION reach() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN \(statement); RETURN OLD; END $$;
          CREATE TRIGGER reach BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION reach();
          """)
        try refused(fixture, .notProven, words)
      }
    }
  }

  @Test("rows that triggers add to nobody's tables are told of, and the id in them is found")
  func addedRows() throws {
    try TenantDataFixture.with { fixture in
      try fixture.run(
        """
        CREATE TABLE log (at timestamptz DEFAULT now(), whose uuid, what text);
        INSERT INTO log (what) VALUES ('old');
        CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          BEGIN INSERT INTO log (whose, what) VALUES (OLD.tenant_id, 'deleted'); EXCEPTION
            WHEN division_by_zero THEN NULL; END; RETURN OLD; END $$;
        CREATE TRIGGER log BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION log();
        """)
      let report = try fixture.remove()
      #expect(report.added == ["public.log": 2])
      #expect(report.left.map(\.name) == ["public.log"] && report.left.map(\.rows) == [2])
      #expect(try fixture.scalar("SELECT count(*) FROM tenants") == "1")
    }
  }

  @Test("the id is found in exempt tables, other tenants' columns, arrays, texts and views")
  func sweep() throws {
    try TenantDataFixture.with { fixture in
      try fixture.run(
        """
        CREATE TABLE archive (tenant_id uuid, line text); INSERT INTO archive VALUES ('\(tenantA)', 'x');
        CREATE TABLE shares (tenant_id uuid NOT NULL, with_whom uuid, all_of uuid[]);
        INSERT INTO shares VALUES ('\(tenantB)', '\(tenantA)', '{\(tenantA)}');
        CREATE TABLE texts (tenant text, other text); INSERT INTO texts VALUES ('\(tenantA)', '\(tenantA)');
        CREATE MATERIALIZED VIEW seen AS SELECT id AS x FROM tenants;
        """)
      var fixture = fixture
      fixture.options = TenancyOptions(exempt: ["archive": "kept for the tax office"])
      let report = try fixture.remove()
      #expect(
        Set(report.left.map { $0.name + "." + $0.column }) == [
          "public.archive.tenant_id", "public.shares.with_whom", "public.shares.all_of",
          "public.texts.tenant", "public.seen.x",
        ])
      #expect(report.left.contains { $0.remedy == "REFRESH MATERIALIZED VIEW public.seen" })
      #expect(report.exempt == ["public.archive": "kept for the tax office"])
      #expect(try fixture.scalar("SELECT count(*) FROM archive") == "1")
      #expect(try fixture.scalar("SELECT count(*) FROM rooms") == "1")
    }
  }

  @Test("people to whom people refer who stay, stay as well")
  func managers() throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      CREATE TABLE people (id int PRIMARY KEY, boss int REFERENCES people);
      CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants,
        person_id int NOT NULL REFERENCES people);
      ALTER TABLE people ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON people USING (EXISTS (SELECT FROM members m WHERE m.person_id = people.id
        AND m.tenant_id = current_setting('app.current_tenant_id', true)::uuid));
      """
    let rows = """
      INSERT INTO tenants VALUES ('\(tenantA)'), ('\(tenantB)');
      INSERT INTO people VALUES (4, NULL), (1, 4), (3, 1), (6, NULL), (5, 6), (2, NULL);
      INSERT INTO members VALUES ('\(tenantA)', 1), ('\(tenantA)', 4), ('\(tenantA)', 5),
        ('\(tenantA)', 6), ('\(tenantB)', 3);
      """
    try TenantDataFixture.with(schema, rows) { fixture in
      let report = try fixture.remove()
      #expect(report.staying == ["public.people": 2])
      let left = try fixture.scalar("SELECT string_agg((p.*)::text, '' ORDER BY id) FROM people p")
      #expect(left == "(1,4)(2,)(3,1)(4,)")
    }
  }

  @Test("who holds a lock is waited for only so long, and nothing is deleted")
  func locks() throws {
    try TenantDataFixture.with { fixture in
      let session = try fixture.database.connect()
      defer { session.close() }
      try session.execute("BEGIN")
      try session.execute("LOCK TABLE rooms IN ROW EXCLUSIVE MODE")
      var removal = TenantRemoval(options: fixture.options)
      removal.lockTimeout = "100ms"
      let error = #expect(throws: SeedError.self) {
        try removal.remove(tenantA, client: fixture.client)
      }
      #expect(error?.cause?.sqlState == .lockNotAvailable, "\(String(describing: error))")
      #expect(error?.remedy?.contains("--lock-timeout") == true)
      try session.execute("ROLLBACK")
      let done = try fixture.remove()
      #expect(done.isDone)
    }
  }

  @Test("ids that are hostile, or another one's beginning, hit nobody else")
  func hostile() throws {
    let schema = """
      CREATE TABLE tenants (tenant_id varchar(30) PRIMARY KEY);
      CREATE TABLE things (tenant_id char(4) NOT NULL, name text);
      """
    let ids = ["a", "ab", "abcd", "'; DROP TABLE things; --", "\"", "\\'", "%", "A", "${x}", "$1"]
    try TenantDataFixture.with(schema, "SELECT 1") { fixture in
      for id in ids {
        try fixture.admin.execute("INSERT INTO tenants VALUES ($1)", [.text(id)])
        if id.count <= 4 {
          try fixture.admin.execute("INSERT INTO things VALUES ($1)", [.text(id)])
        }
      }
      let unknown = #expect(throws: SeedError.self) {
        try TenantRemoval(options: fixture.options).plan("abcde", client: fixture.client)
      }
      #expect(unknown?.code == .unknownTenant)
      for (index, id) in ids.enumerated() {
        let report = try fixture.remove(id)
        #expect(report.isDone && report.left.isEmpty)
        #expect(try fixture.scalar("SELECT count(*) FROM tenants") == String(ids.count - index - 1))
        let rest = ids.dropFirst(index + 1).filter { $0.count <= 4 }.count
        #expect(try fixture.scalar("SELECT count(*) FROM things") == String(rest), "\(id)")
      }
    }
  }

  @Test("steps of seeds are forgotten, those of the tenant and those that made it")
  func ledger() throws {
    try TenantDataFixture.with { fixture in
      try fixture.run(
        """
        CREATE SCHEMA dbtool; CREATE TABLE dbtool.seeds (file text, tenant text);
        INSERT INTO dbtool.seeds VALUES ('1', ''), ('2', '\(tenantA)'), ('2', '\(tenantB)');
        """)
      let report = try fixture.remove()
      #expect(report.seedSteps == 2)
      #expect(try fixture.scalar("SELECT string_agg(tenant, ',') FROM dbtool.seeds") == tenantB)
    }
  }
}
