import TestSupport
import Testing

@Suite("seed from the command line", .besideOthers, .overBothTransports)
struct SeedTests {
  private static func prepare(_ project: Project) throws {
    try project.execute(
      """
      CREATE TABLE tenants (id text PRIMARY KEY, seen text);
      ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON tenants USING (id = current_setting('app.current_tenant_id', true));
      GRANT SELECT, INSERT ON tenants TO app_user;
      """)
    try project.write(
      "seeds/1.sql",
      "INSERT INTO tenants VALUES (current_setting('app.current_tenant_id'), current_user)")
  }

  @Test(
    "a tenant id is a value, whatever is in it",
    arguments: [
      "'; DROP TABLE tenants; --", "a\nb", "\"'\"", "\\'; --", "$1", ":x", "\u{202E}x", "\t", "%s",
      "x' || current_user || '",
    ])
  func hostileTenant(tenant: String) throws {
    try withProject { project in
      try Self.prepare(project)
      let outcome = try project.run("seed", "--role", "app_user", "--tenant", tenant)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try project.query("SELECT string_agg(id, '|') FROM tenants") == tenant)
      #expect(try project.query("SELECT seen FROM tenants") == "app_user")
      let text = outcome.text.unicodeScalars
      #expect(!text.contains("\u{202E}"), "\(outcome)")
      #expect(outcome.stderr.split(separator: "\n").count == 1, "\(outcome)")
    }
  }

  @Test("of runners at once each step is run by one, and all end well")
  func severalAtOnce() throws {
    try withProject { project in
      // Nothing in the table would refuse the same rows twice.
      try project.execute("CREATE TABLE notes (body text); GRANT INSERT ON notes TO app_user;")
      try project.write("seeds/1.sql", "INSERT INTO notes VALUES ('x'); SELECT pg_sleep(0.5)")
      try project.write("seeds/2.sql", "-- dbtool: as-admin\nINSERT INTO notes VALUES ('y')")
      let runs = try (0..<3).map { _ in
        try project.start(["seed", "--role", "app_user", "--tenant", "a"])
      }
      for run in runs {
        let outcome = try run.wait()
        #expect(outcome.status == 0, "\(outcome)")
      }
      #expect(try project.query("SELECT string_agg(body, ' ' ORDER BY body) FROM notes") == "x y")
      #expect(try project.query("SELECT string_agg(rows::text, ' ') FROM dbtool.seeds") == "1 1")
    }
  }

  @Test("a tenant id that no one can mean is refused in a short message")
  func unfitTenant() throws {
    try withProject { project in
      try Self.prepare(project)
      for tenant in [String(repeating: "x", count: 100_000), ""] {
        let outcome = try project.run("seed", "--role", "app_user", "--tenant", tenant)
        #expect(outcome.status == 2 && outcome.stderr.utf8.count < 1000, "\(outcome)")
        #expect(outcome.stderr.contains("tenant id"))
      }
      #expect(try project.query("SELECT count(*) FROM tenants") == "0")
    }
  }

  @Test("a tenant that the type refuses is told with file, SQLSTATE and tenant")
  func wrongType() throws {
    try withExample { project in
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply").status == 0)
      let tenant = "'; DROP TABLE tenants;\u{1B}[31m --"
      let outcome = try project.run("seed", "--tenant", tenant)
      #expect(outcome.status == 3 && outcome.stderr.contains("(SQLSTATE 22P02)"), "\(outcome)")
      #expect(outcome.stderr.contains("seeds/040_properties.csv") && outcome.stdout.isEmpty)
      #expect(!outcome.stderr.unicodeScalars.contains("\u{1B}"), "\(outcome)")
      let error = try project.run("seed", "--tenant", tenant, "--format", "json").jsonError()
      #expect(error["tenant"] as? String == tenant && error["exitCode"] as? Int == 3)
      #expect(try project.query("SELECT count(*) FROM properties") == "0")
    }
  }

  @Test("an unknown or hostile role is refused and writes nothing")
  func role() throws {
    try withProject { project in
      try Self.prepare(project)
      for role in ["nobody_here", "app_user\"; DROP TABLE tenants; --", ""] {
        let outcome = try project.run("seed", "--tenant", "a", "--role", role)
        #expect((2...3).contains(outcome.status) && !outcome.stderr.isEmpty, "\(outcome)")
      }
      #expect(try project.run("seed", "--tenant", "a").status == 2)
      #expect(try project.query("SELECT count(*) FROM tenants") == "0")
    }
  }
}
