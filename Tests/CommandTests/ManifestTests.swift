import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Policies from a manifest", .overBothTransports)
struct ManifestTests {
  private static let hotel = """
    tenant: {setting: app.current_tenant_id, column: tenant_id}
    roles:
      application: [app_user]
      read-only: [app_readonly]
      provisioning: [app_owner]
    tables:
      users: {membership: memberships}
      memberships: {access: read-only}
      amenities: global
      bookings:
        access: [select, insert, update]
        insert: [tenant_id, reference, room_id, guest_id, stay, status, adults, children, total, currency]
        update: [reference, room_id, guest_id, stay, status, adults, children, total, currency]
      booking_notes: {update: [body]}
      payments: {access: [select, insert, update], update: [status, settled_at]}
      audit_events: {access: append-only, insert: [tenant_id, id, occurred_at, action, entity_type, entity_id, details]}
    """

  /// The example with a manifest instead of its SQL files, migrated.
  private func withHotel(_ manifest: String = hotel, _ body: (Project) throws -> Void) throws {
    try withExample { project in
      try project.remove("policies")
      try project.write("policies/isolation.yaml", manifest)
      #expect(try project.run("migrate", "up").status == 0)
      try body(project)
    }
  }

  private func objects(_ outcome: Outcome) throws -> [String: String] {
    let objects = try outcome.json()["objects"] as? [[String: Any]] ?? []
    return Dictionary(
      uniqueKeysWithValues: objects.map {
        ($0["object"] as? String ?? "", $0["effect"] as? String ?? "")
      })
  }

  @Test("a manifest is applied, tenants are tried before COMMIT, and then nothing is left to do")
  func applies() throws {
    try withHotel { project in
      // Privileges are given that were not there before.
      let refused = try project.run("policies", "apply", "--lock-timeout", "60s")
      #expect(refused.status == 2 && refused.stderr.contains("--allow-loosening"), "\(refused)")
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "0")
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(applied.stdout.contains("tenants tried and kept apart"))
      let plan = try project.run("policies", "plan", "--format", "json")
      #expect(try objects(plan).isEmpty, "\(plan)")
      #expect(try project.run("policies", "check").status == 0)
      // Each mutant is many calls, and a call over HTTP takes its time.
      let mutants = Transport.current == .libpq ? ["--mutate"] : []
      let verified = try project.run(["verify-rls"] + mutants)
      #expect(verified.status == 0, "\(verified)")
    }
  }

  @Test("what was changed by hand is named and mended")
  func drift() throws {
    try withHotel { project in
      #expect(
        try project.run("policies", "apply", "--allow-loosening", "--lock-timeout", "60s").status
          == 0)
      try project.execute(
        """
        ALTER POLICY tenant_isolation ON guests USING (true);
        ALTER TABLE rooms NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;
        CREATE POLICY oops ON payments USING (true);
        GRANT DELETE ON payments TO app_user;
        DROP POLICY member_references_insert ON booking_notes;
        REVOKE SELECT ON amenities FROM app_readonly;
        """)
      let check = try project.run("policies", "check", "--format", "json")
      #expect(check.status == 1)
      #expect(
        try objects(check) == [
          "public.guests": "tightens", "public.rooms": "tightens", "public.tenants": "tightens",
          "public.payments": "tightens", "public.booking_notes": "can't tell",
          "public.amenities": "loosens",
        ], "\(check)")
      let text = try project.run("policies", "check").stdout
      #expect(text.contains("- policy oops FOR ALL TO PUBLIC USING (true)"))
      #expect(text.contains("- revoke DELETE from app_user"))
      #expect(
        try project.run("policies", "apply", "--allow-loosening", "--lock-timeout", "60s").status
          == 0)
      #expect(try project.run("policies", "check").status == 0)
    }
  }

  @Test("a policy that lets one tenant reach another is rolled back before COMMIT")
  func leak() throws {
    let hole = """

          policies:
            everybody: {using: "true", to: [app_user]}
      """
    let line = "  booking_notes: {update: [body]}"
    let manifest = Self.hotel.replacing(
      line, with: "  booking_notes:\n    update: [body]\(hole)")
    try withHotel(manifest) { project in
      let refused = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s", "--format", "json")
      #expect(refused.status == 2, "\(refused)")
      let message = try refused.jsonError()["message"] as? String ?? ""
      #expect(message.contains("public.booking_notes") && message.contains("everybody"))
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "0")
      // Whoever insists may.
      let done = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s", "--no-verify")
      #expect(done.status == 0, "\(done)")
      #expect(try project.run("verify-rls").status == 1)
    }
  }

  @Test("views read as whoever asks, and functions of the owner look for names where they should")
  func viewsAndFunctions() throws {
    try withHotel { project in
      try project.execute(
        """
        CREATE VIEW arrivals AS SELECT id, tenant_id FROM bookings;
        GRANT SELECT ON arrivals TO app_user;
        CREATE VIEW report AS SELECT id FROM bookings;
        GRANT SELECT ON report TO app_user;
        CREATE FUNCTION room_count(int) RETURNS bigint LANGUAGE sql SECURITY DEFINER STABLE
          AS $f$ SELECT 1::bigint $f$;
        """)
      try project.write(
        "policies/isolation.yaml", Self.hotel + "\nviews: {report: {exempt: made for accounting}}")
      let plan = try project.run("policies", "plan")
      let hasOption = (Int(try project.query("SHOW server_version_num") ?? "") ?? 0) >= 150_000
      #expect(plan.stdout.contains("security_invoker: off") == hasOption, "\(plan)")
      #expect(plan.stdout.contains("search_path: the caller's → pg_catalog, public, pg_temp"))
      #expect(!plan.stdout.contains("public.report"))
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      #expect(
        try project.query("SELECT proconfig::text FROM pg_proc WHERE proname = 'room_count'")
          == #"{"search_path=pg_catalog, public, pg_temp"}"#)
    }
  }

  @Test("a schema that is not public is found by init, and one without tables is no empty success")
  func otherSchema() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE SCHEMA app;
        CREATE TABLE app.rooms (id int PRIMARY KEY, tenant_id int NOT NULL);
        CREATE INDEX ON app.rooms (tenant_id);
        """)
      #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
      #expect(try project.read("policies/isolation.yaml").contains("schemas: [app]"))
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      #expect(try project.run("verify-rls").status == 0)
      try project.write(
        "policies/isolation.yaml", "schemas: [nowhere]\nroles: {application: [app_user]}")
      let empty = try project.run("policies", "plan")
      #expect(
        empty.status == 2 && empty.stderr.contains("there is no table in nowhere"), "\(empty)")
    }
  }

  @Test("what cannot be proven in the time that others may wait is not done")
  func tooSlow() throws {
    try withHotel { project in
      let late = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "200ms")
      #expect(late.status == 2, "\(late)")
      #expect(late.stderr.contains("the time that others may be kept waiting"), "\(late)")
      #expect(late.stderr.contains("Nothing was changed"))
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "0")
    }
  }

  @Test("a table on which nobody has decided stops apply, unless the manifest is not strict")
  func undecided() throws {
    try withHotel { project in
      try project.execute("CREATE TABLE weather (day date PRIMARY KEY, words text);")
      let plan = try project.run("policies", "plan")
      #expect(plan.stdout.contains("undecided: 1 table"))
      #expect(plan.stdout.contains("public.weather: no tenant_id column"))
      #expect(try project.run("policies", "check").status == 1)
      let refused = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(refused.status == 2 && refused.stderr.contains("public.weather"), "\(refused)")
      try project.write("policies/isolation.yaml", "strict: false\n" + Self.hotel)
      #expect(
        try project.run("policies", "apply", "--allow-loosening", "--lock-timeout", "60s").status
          == 0)
      #expect(try project.run("policies", "check").status == 0)
    }
  }

  @Test("init writes down what SQL files made, and nothing changes what gets through")
  func initFromPolicies() throws {
    try withExample { project in
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply", "--lock-timeout", "60s").status == 0)
      try project.remove("policies")
      let written = try project.run("policies", "init")
      #expect(written.status == 0, "\(written)")
      let manifest = try project.read("policies/isolation.yaml")
      // Most tables need no line; a policy that says more is kept as it was written.
      #expect(!manifest.contains("  guests:") && manifest.contains("audit_events_append:"))
      let plan = try project.run("policies", "plan", "--format", "json")
      let effects = try objects(plan)
      #expect(Set(effects.values) == ["equal"], "\(effects)")
      let applied = try project.run("policies", "apply", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try objects(try project.run("policies", "plan", "--format", "json")).isEmpty)
      #expect(try project.run("policies", "init", "--check").status == 0)
      #expect(try project.run("verify-rls").status == 0)
    }
  }

  @Test("init keeps every line there is, adds new tables and marks those that are gone")
  func merges() throws {
    try withHotel { project in
      try project.execute(
        """
        CREATE TABLE weather (day date PRIMARY KEY, words text);
        CREATE TABLE goose_db_version (id int, version_id bigint, is_applied bool);
        DROP TABLE booking_notes;
        """)
      let check = try project.run("policies", "init", "--check", "--format", "json")
      #expect(check.status == 1)
      #expect(try check.json()["added"] as? [String] == ["goose_db_version", "weather"])
      #expect(try check.json()["vanished"] as? [String] == ["booking_notes"])
      #expect(try project.read("policies/isolation.yaml") == Self.hotel)
      #expect(try project.run("policies", "init").status == 0)
      let merged = try project.read("policies/isolation.yaml")
      for line in Self.hotel.split(separator: "\n") where !line.contains("booking_notes") {
        #expect(merged.contains(line), "\(line)")
      }
      #expect(merged.contains("# gone:   booking_notes: {update: [body]}"))
      #expect(merged.contains("weather: {undecided: "))
      #expect(merged.contains("goose_db_version: {exempt: "))
      #expect(try project.run("policies", "init", "--check").status == 0)
    }
  }

  @Test(
    "init keeps lines that name the schema, and leaves a file alone that it cannot add lines to")
  func mergesCarefully() throws {
    try withProject { project in
      try project.execute(
        "CREATE TABLE rooms (id int PRIMARY KEY, tenant_id int); CREATE TABLE weather (day date);")
      let head = "tenant: {column: tenant_id}\nroles: {application: [app_user]}\n"
      let qualified = head + "tables:\n  public.rooms: column\n  public.weather: global\n"
      try project.write("policies/m.yaml", qualified)
      #expect(try project.run("policies", "init", "--check").status == 0)
      #expect(try project.run("policies", "init").status == 0)
      #expect(try project.read("policies/m.yaml") == qualified)
      for flow in ["tables: {rooms: column}\n", "tables: {rooms: column, gone: global}\n"] {
        try project.write("policies/m.yaml", head + flow)
        let refused = try project.run("policies", "init")
        #expect(
          refused.status == 2 && refused.stderr.contains("on a line of its own"), "\(refused)")
        #expect(try project.read("policies/m.yaml") == head + flow)
      }
    }
  }

  @Test("names and strings with line breaks leave neither their comment nor their meaning")
  func lineBreaks() throws {
    try withProject { project in
      let connection = try #require(try project.database?.connect())
      defer { connection.close() }
      try connection.runScript(
        """
        CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE "odd\nroles: {}" (id int PRIMARY KEY, tenant_id int REFERENCES tenants);
        CREATE TABLE parts (id int PRIMARY KEY,
          _parent_id int NOT NULL REFERENCES "odd\nroles: {}" ON DELETE CASCADE);
        CREATE TABLE payload_migrations (id int, name varchar, batch numeric);
        CREATE TABLE notes (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
        CREATE INDEX ON notes (tenant_id);
        GRANT SELECT ON notes TO app_user;
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        ALTER TABLE notes FORCE ROW LEVEL SECURITY;
        CREATE POLICY p ON notes FOR SELECT TO app_user USING (body <> 'two\n  lines'
          AND tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::int);
        """)
      #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
      #expect(try project.run("policies", "plan").status == 0)
      try project.remove("policies")
      try project.execute("DROP TABLE parts, payload_migrations;")
      #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
      let plan = try project.run("policies", "plan", "--format", "json")
      let notes = try objects(plan)["public.notes"]
      #expect(notes == nil || notes == "equal", "\(plan)")
    }
  }

  @Test("what the manifest does to the table of a file's policy is no change by hand")
  func fileOnUnprotectedTable() throws {
    try withProject { project in
      try project.writeShop()
      try project.write(
        "policies/020.sql",
        """
        DROP POLICY IF EXISTS by_number ON rooms;
        CREATE POLICY by_number ON rooms AS RESTRICTIVE TO app_user USING (number <> '');
        """)
      #expect(try project.run("migrate", "up").status == 0)
      let apply = try project.run("policies", "apply", "--allow-loosening", "--no-verify")
      #expect(apply.status == 0, "\(apply)")
      let check = try project.run("policies", "check")
      #expect(check.status == 0, "\(check)")
      try project.execute("ALTER TABLE rooms NO FORCE ROW LEVEL SECURITY;")
      #expect(try project.run("policies", "check").status == 1)
    }
  }

  @Test("policies of SQL files and of a manifest live side by side")
  func sideBySide() throws {
    try withHotel { project in
      try project.write(
        "policies/900_guests.sql",
        """
        DROP POLICY IF EXISTS only_named ON guests;
        CREATE POLICY only_named ON guests AS RESTRICTIVE FOR SELECT TO app_user
          USING (full_name <> '');
        DO $$ BEGIN
          EXECUTE 'DROP POLICY IF EXISTS made_by_block ON rooms';
          EXECUTE 'CREATE POLICY made_by_block ON rooms AS RESTRICTIVE TO app_user USING (true)';
        END $$;
        """)
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      #expect(
        try project.query("SELECT count(*) FROM pg_policy WHERE polname ~ 'only_named|made_by'")
          == "2")
      try project.execute("ALTER POLICY only_named ON guests USING (true);")
      let check = try project.run("policies", "check")
      #expect(check.status == 1)
      #expect(check.stdout.contains("changed by hand  public.guests.only_named"), "\(check)")
      #expect(try project.run("policies", "apply", "--lock-timeout", "60s").status == 0)
      #expect(try project.run("policies", "check").status == 0)
    }
  }

  @Test(
    "a manifest that says what cannot be is refused with file and line",
    arguments: [
      ("tables:\n  nowhere: global\n", 10, "there is no table nowhere"),
      ("tables:\n  guests: {column: organisation}\n", 10, "has no column organisation"),
      ("tables:\n  guests: {parent: bookings}\n", 10, "has no foreign key to public.bookings"),
      ("tables:\n  guests: {exempt: }\n", 10, "tables.guests.exempt is missing"),
      ("tables:\n  guests: {column: tenant_id, global: read-only}\n", 10, "says column and global"),
      ("tables:\n  guests: {colunm: tenant_id}\n", 10, "is not a setting that dbtool knows"),
      (
        "tables:\n  guests:\n    policies:\n      p: {using: \"true) OR (true\"}\n", 12, "is no SQL"
      ),
      ("tables:\n  guests:\n    policies:\n      p: {for: insert, using: x}\n", 12, "only check"),
      (
        "tables:\n  guests:\n    policies:\n      tenant_isolation: {using: \"true\"}\n", 12,
        "makes a policy of that name itself"
      ),
      ("grants: sometimes\n", 9, "grants must be manage or leave"),
      ("version: 2\n", 9, "version must be 1"),
      ("tables:\n  guests: everything\n", 10, "must be root, column or global"),
    ])
  func refused(text: String, line: Int, words: String) throws {
    let head = """
      tenant:
        setting: app.current_tenant_id
        column: tenant_id
      roles:
        application:
          - app_user
        provisioning:
          - app_owner

      """
    try withHotel(head + text) { project in
      let plan = try project.run("policies", "plan", "--format", "json")
      #expect(plan.status == 2)
      let error = try plan.jsonError()
      #expect((error["message"] as? String ?? "").contains(words), "\(error)")
      #expect(error["line"] as? Int == line, "\(error)")
    }
  }

  @Test("names and settings that could break out of SQL are quoted or refused")
  func hostile() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE public."o'r""g; DROP TABLE x" (id bigint PRIMARY KEY, "ten""ant'" text NOT NULL);
        CREATE TABLE public."Kids $$" (id bigint PRIMARY KEY,
          "up'" bigint NOT NULL REFERENCES public."o'r""g; DROP TABLE x" (id));
        """)
      try project.write(
        "policies/m.yaml",
        """
        tenant: {setting: app.tenant, column: "ten\\"ant'"}
        roles: {application: [app_user]}
        """)
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "2")
      #expect(try project.run("policies", "check").status == 0)
      try project.write(
        "policies/m.yaml",
        "tenant: {setting: \"app.x', true); DROP TABLE y; --\"}\nroles: {application: [app_user]}")
      let refused = try project.run("policies", "plan")
      #expect(refused.status == 2 && refused.stderr.contains("name of a setting"), "\(refused)")
      try project.write(
        "policies/m.yaml", "tenant: {type: \"int); DROP\"}\nroles: {application: [app_user]}")
      #expect(try project.run("policies", "plan").status == 2)
    }
  }
}
