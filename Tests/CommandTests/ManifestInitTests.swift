import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Manifests that dbtool writes", .besideOthers, .overBothTransports)
struct ManifestInitTests {
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
      let effects = try policyObjects(plan)
      #expect(Set(effects.values) == ["equal"], "\(effects)")
      let applied = try project.run("policies", "apply", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try policyObjects(try project.run("policies", "plan", "--format", "json")).isEmpty)
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
      #expect(try project.read("policies/isolation.yaml") == hotelManifest)
      #expect(try project.run("policies", "init").status == 0)
      let merged = try project.read("policies/isolation.yaml")
      for line in hotelManifest.split(separator: "\n") where !line.contains("booking_notes") {
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
      let notes = try policyObjects(plan)["public.notes"]
      #expect(notes == nil || notes == "equal", "\(plan)")
    }
  }

}
