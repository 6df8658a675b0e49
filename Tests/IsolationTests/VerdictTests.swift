import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Honest verdicts")
struct VerdictTests {
  @Test("a table that may only be inserted into is denied for reading, not isolated")
  func insertOnly() throws {
    let hole = """
      DROP POLICY own_rows ON rooms;
      CREATE POLICY add ON rooms FOR INSERT WITH CHECK (\(PlantedSchema.own()));
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms") == .init(.denied, .isolated, .denied, .denied))
      #expect(report.verdict == .isolated)
    }
  }

  @Test("what the role has no privilege for is not granted")
  func notGranted() throws {
    let hole = "REVOKE UPDATE, DELETE ON rooms FROM app_user; REVOKE ALL ON notes FROM app_user"
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(
        report.operations("public.rooms") == .init(.isolated, .isolated, .notGranted, .notGranted))
      #expect(report.operations("public.notes") == .init(all: .notGranted))
      #expect(report.verdict == .isolated)
    }
  }

  @Test("a schema that the role may not use is not granted, whatever its tables grant")
  func schemaNotGranted() throws {
    let hole = """
      CREATE SCHEMA hidden;
      CREATE TABLE hidden.rooms (tenant_id uuid NOT NULL, id int PRIMARY KEY);
      GRANT ALL ON hidden.rooms TO app_user
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("hidden.rooms") == .init(all: .notGranted))
      #expect(report.verdict == .isolated)
    }
  }

  @Test("privileges on columns alone are enough to probe a table")
  func columnPrivileges() throws {
    let hole = """
      REVOKE ALL ON rooms FROM app_user;
      GRANT SELECT (tenant_id, number), INSERT (tenant_id, id, number), UPDATE (number)
        ON rooms TO app_user
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(
        report.operations("public.rooms") == .init(.isolated, .isolated, .isolated, .notGranted),
        "\(report.notes("public.rooms"))")
    }
  }

  @Test("a table whose CHECK no value satisfies is inconclusive and names the constraint")
  func impossibleCheck() throws {
    let hole = """
      ALTER TABLE rooms ADD CONSTRAINT rooms_magic CHECK (md5(number) = 'no digest at all')
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms") == .init(all: .inconclusive))
      #expect(report.notes("public.rooms").contains("rooms_magic"))
      // What refers to the table can't be filled either, and says through which key.
      #expect(report.operations("public.bookings") == .init(all: .inconclusive))
      #expect(report.notes("public.bookings").contains("bookings_tenant_id_room_id_fkey"))
      #expect(report.operations("public.events") == .init(all: .isolated))
      #expect(report.verdict == .inconclusive)
      #expect(report.findings.isEmpty)
    }
  }

  @Test("a leak elsewhere outweighs what could not be concluded")
  func leakAndInconclusive() throws {
    let hole = """
      ALTER TABLE bookings ADD CHECK (md5(stay::text) = '');
      CREATE POLICY lax ON events FOR SELECT USING (true)
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .leak)
      #expect(report.operations("public.bookings") == .init(all: .inconclusive))
    }
  }

  @Test("a tenant that is refused its own rows is denied")
  func failingControl() throws {
    try PlantedSchema.with(
      hole: "CREATE POLICY none ON rooms AS RESTRICTIVE USING (false)"
    ) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms") == .init(all: .denied))
      #expect(report.findings.isEmpty)
    }
  }

  @Test("a table with row-level security and no policy is denied")
  func noPolicy() throws {
    try PlantedSchema.with(hole: "DROP POLICY own_rows ON events") { schema in
      let operations = try schema.verify().operations("public.events")
      #expect(operations == .init(all: .denied))
    }
  }

  @Test("an INSERT that lacks a sequence's privilege proves nothing")
  func sequencePrivilege() throws {
    let hole = """
      CREATE SEQUENCE numbers;
      ALTER TABLE rooms ADD COLUMN serial int NOT NULL DEFAULT nextval('numbers');
      REVOKE INSERT ON rooms FROM app_user;
      GRANT INSERT (tenant_id, id, number, floor) ON rooms TO app_user
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms")?.insert == .inconclusive)
      #expect(report.notes("public.rooms").contains("numbers"), "\(report.notes("public.rooms"))")
      #expect(report.operations("public.rooms")?.select == .isolated)
      // Whoever may write the column needs no number of the sequence, and none is taken.
      try schema.run("GRANT INSERT ON rooms TO app_user")
      #expect(try schema.verify().operations("public.rooms")?.insert == .isolated)
      let isUsed = "SELECT is_called FROM numbers"
      let used = try schema.admin.execute(isUsed).scalar
      #expect(used == "f")
    }
  }

  @Test("an INSERT that NOT NULL refuses proves nothing")
  func notNull() throws {
    let hole = """
      REVOKE INSERT ON rooms FROM app_user;
      GRANT INSERT (tenant_id, id) ON rooms TO app_user
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms")?.insert == .inconclusive)
      #expect(report.findings.isEmpty)
    }
  }

  @Test("an error of a trigger before the policies proves nothing, whatever its SQLSTATE")
  func raisingTrigger() throws {
    let hole = """
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_user <> 'app_user' THEN RETURN NEW; END IF;
        RAISE unique_violation;
      END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION refuse()
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms")?.insert == .inconclusive)
      #expect(report.findings.isEmpty, "\(report.summary)")
    }
  }

  @Test("a trigger that puts the session's tenant in the row is isolation too")
  func rewritingTrigger() throws {
    let hole = """
      \(PlantedSchema.split("rooms", insert: "true"));
      CREATE FUNCTION rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.tenant_id := COALESCE(
          NULLIF(current_setting('app.current_tenant_id', true), '')::uuid, NEW.tenant_id);
        RETURN NEW;
      END $$;
      CREATE TRIGGER rewrite BEFORE INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION rewrite()
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      // A tenant can't write for another one; nobody can, and that is the hole.
      let open = report.findings.filter { $0.severity == .error }
      #expect(open.map(\.operation) == ["insert"], "\(report.summary)")
      #expect(open.allSatisfy { $0.evidence.hasSuffix("by a session without a tenant") })
    }
  }

  @Test("a table of nobody's rows is shared, and writing it is worth a note")
  func global() throws {
    let hole = "GRANT INSERT ON amenities TO app_user"
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated)
      #expect(report.summary == ["info shared-table-writable other public.amenities app_user"])
    }
  }

  @Test("an exempt table is not probed and says why")
  func exempt() throws {
    let hole = "ALTER TABLE rooms DISABLE ROW LEVEL SECURITY"
    try PlantedSchema.with(hole: hole) { schema in
      let options = IsolationOptions(roles: ["app_user"], exempt: ["public.rooms": "shown to all"])
      let report = try schema.verify(options)
      #expect(report.notes("public.rooms") == "exempt: shown to all")
      #expect(report.tables.first { $0.name == "public.rooms" }?.tenancy == "exempt")
      #expect(!report.summary.contains { $0.contains("rooms") })
    }
  }

  @Test("two roles at once: the worse verdict counts, and the finding names the role")
  func twoRoles() throws {
    let hole = """
      GRANT SELECT ON rooms TO app_readonly;
      CREATE POLICY reports ON rooms FOR SELECT TO app_readonly USING (true)
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify(.init(roles: ["app_user", "app_readonly"]))
      #expect(report.roles == ["app_user", "app_readonly"])
      #expect(report.operations("public.rooms") == .init(.leak, .isolated, .isolated, .isolated))
      #expect(report.summary == ["error using-true select public.rooms app_readonly"])
      #expect(try schema.verify().verdict == .isolated)
    }
  }

  @Test("a policy of another role is not named as the cause")
  func policyOfOtherRole() throws {
    let hole = """
      CREATE POLICY a_reports ON rooms FOR SELECT TO app_readonly USING (true);
      CREATE POLICY b_floors ON rooms FOR SELECT TO app_user USING (floor > 0)
      """
    try PlantedSchema.with(hole: hole) { schema in
      let summary = try schema.verify().summary
      #expect(summary == ["error cross-tenant-read select public.rooms app_user"])
    }
  }

  @Test(
    "patterns choose tables by name and by schema",
    arguments: [
      (["rooms"], ["public.rooms"]), (["public.r*"], ["public.rooms"]),
      (["*s"], ["public.bookings", "public.events", "public.notes", "public.rooms"]),
      (["event?", "rooms"], ["public.events", "public.rooms"]),
    ])
  func patterns(patterns: [String], expected: [String]) throws {
    try PlantedSchema.with { schema in
      let report = try schema.verify(.init(roles: ["app_user"], tables: patterns))
      let names = report.tables.map(\.name).filter {
        !["public.amenities", "public.tenants"].contains($0)
      }
      #expect(names == expected)
      #expect(report.verdict == .isolated)
    }
  }
}
