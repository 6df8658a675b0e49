import TestSupport
import Testing

@Suite("What doctor finds", .besideOthers, .overBothTransports)
struct DoctorTests {
  private func states(_ outcome: Outcome) throws -> [String: String] {
    let checks = try outcome.json()["checks"] as? [[String: Any]] ?? []
    return Dictionary(
      checks.map { ($0["check"] as? String ?? "", $0["state"] as? String ?? "") },
      uniquingKeysWith: { first, second in first == "error" ? first : second })
  }

  @Test("a project in order is well, and one that is behind is told what to do")
  func order() throws {
    try withExample { project in
      try project.write(".gitignore", ".dbtool/\n")
      #expect(try project.shell("git init -q .").status == 0)
      let before = try project.run("doctor", "--format", "json")
      #expect(before.status == 1, "\(before)")
      #expect(try states(before)["policies"] == "error")
      #expect(try states(before)["migrations"] == "warning")
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply").status == 0)
      let after = try project.run("doctor")
      #expect(after.status == 0, "\(after)")
      #expect(after.stdout.contains("all is well"), "\(after)")
      let states = try states(try project.run("doctor", "--format", "json"))
      #expect(states.count >= 11 && states.values.allSatisfy { $0 == "good" }, "\(states)")

      try project.write("migrations/20250128140000_guests.up.sql", "SELECT 1; SELECT 2")
      let edited = try project.run("doctor")
      #expect(edited.status == 1 && edited.stdout.contains("bad   "), "\(edited)")
      #expect(edited.stdout.contains("guests"), "\(edited)")
    }
  }

  @Test("a role that row-level security does not bind is wrong, and so is one that is not there")
  func roles() throws {
    try withProject { project in
      let user = try #require(try project.query("SELECT session_user"))
      try project.write("dbtool.yaml", "tenancy: {roles: [\(user), nobody_knows_this_role]}\n")
      let outcome = try project.run("doctor")
      #expect(outcome.status == 1)
      #expect(outcome.stdout.contains("row-level security does not bind"), "\(outcome)")
      #expect(outcome.stdout.contains("nobody_knows_this_role does not exist"))
    }
  }

  @Test("tables that policies do not hold for, and what lets the application turn them off")
  func tables() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE open (tenant_id int); CREATE TABLE lax (tenant_id int);
        CREATE TABLE excused (tenant_id int); CREATE TABLE other (id int);
        ALTER TABLE lax ENABLE ROW LEVEL SECURITY;
        ALTER TABLE lax OWNER TO app_user;
        """)
      try project.write(
        "dbtool.yaml",
        "tenancy: {roles: [app_user], exempt: {public.excused: read by the report only}}\n")
      let outcome = try project.run("doctor")
      #expect(outcome.status == 1)
      #expect(outcome.stdout.contains("off for 1 table with tenant_id: public.open"), "\(outcome)")
      #expect(outcome.stdout.contains("does not bind the owner of 1 table: public.lax"))
      #expect(outcome.stdout.contains("app_user owns 1 table"))
      try project.execute(
        """
        DROP TABLE open; ALTER TABLE lax OWNER TO CURRENT_USER;
        ALTER TABLE lax FORCE ROW LEVEL SECURITY;
        """)
      let states = try states(try project.run("doctor", "--format", "json"))
      #expect(states["tables"] == "good" && states["owner"] == nil, "\(states)")
    }
  }

  @Test("a tenant that sessions begin with, and policies that turn queries into errors")
  func settings() throws {
    try withProject { project in
      let before = try states(try project.run("doctor", "--format", "json"))
      #expect(before["context"] == "good" && before["row-security"] == nil)
      let name = try #require(try project.query("SELECT current_database()"))
      try project.execute("ALTER DATABASE \(name) SET app.current_tenant_id = '7';")
      try project.execute("ALTER DATABASE \(name) SET row_security = off;")
      let after = try project.run("doctor")
      #expect(after.stdout.contains("every role in \(name)"), "\(after)")
      // The Data API goes on with the sessions that it has.
      if Transport.current == .libpq { #expect(after.stdout.contains("row_security is off")) }
    }
  }

  @Test("Payload's push in development is warned of")
  func payloadPush() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE payload_migrations (id serial PRIMARY KEY, name varchar, batch numeric);
        INSERT INTO payload_migrations (name, batch) VALUES ('20260101_000000_initial', 1);
        """)
      #expect(try states(try project.run("doctor", "--format", "json"))["payload"] == "good")
      try project.execute("INSERT INTO payload_migrations (name, batch) VALUES ('dev', -1);")
      let outcome = try project.run("doctor", "--format", "json")
      #expect(try states(outcome)["payload"] == "warning")
      #expect(outcome.stdout.contains("push: false"))
    }
  }

  @Test("a migration that requires one of Payload's waits for it")
  func requires() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id int);")
      try project.migration(
        "2_b",
        "-- dbtool: requires payload >= 20260101_000000_initial\nCREATE TABLE public.b (id int);")
      let refused = try project.run("migrate", "up", "--format", "json")
      #expect(refused.status == 2, "\(refused)")
      #expect(try refused.jsonError()["line"] as? Int == 1)
      // Nothing is done by halves.
      #expect(try project.query("SELECT to_regclass('public.a')") == nil)
      try project.execute(
        """
        CREATE TABLE payload_migrations (id serial PRIMARY KEY, name varchar, batch numeric);
        INSERT INTO payload_migrations (name, batch) VALUES ('20260101_000000_initial', -1);
        """)
      #expect(try project.run("migrate", "up").status == 2)
      try project.execute("UPDATE payload_migrations SET batch = 1;")
      #expect(try project.run("migrate", "up").status == 0)
      try project.migration("3_c", "-- dbtool: requires drupal >= 8\nSELECT 1;")
      let wrong = try project.run("migrate", "up")
      #expect(wrong.status == 2 && wrong.stderr.contains("requires payload >= NAME"), "\(wrong)")
    }
  }
}
