import Foundation
import Postgres
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("seed remove from the command line", .besideOthers, .overBothTransports)
struct SeedRemoveTests {
  static let tenantA = "11111111-1111-4111-8111-111111111111"
  static let tenantB = "22222222-2222-4222-8222-222222222222"

  /// The example with the rows of its two tenants.
  static func withSeededExample(_ body: (Project) throws -> Void) throws {
    try withExample { project in
      for command in [["migrate", "up"], ["policies", "apply", "--allow-loosening"], ["seed"]] {
        let outcome = try project.run(command)
        #expect(outcome.status == 0, "\(outcome)")
      }
      try body(project)
    }
  }

  /// A fingerprint of all rows that are not A's alone.
  static func fingerprint(_ project: Project) throws -> String? {
    let tables = [
      "tenants", "memberships", "properties", "rooms", "guests", "bookings", "payments",
      "property_amenities", "audit_events",
    ].map { table in
      """
      SELECT '\(table)' AS name, (t.*)::text AS line FROM \(table) t
      WHERE \(table == "tenants" ? "id" : "tenant_id") <> '\(tenantA)'
      """
    }
    let all =
      tables + [
        "SELECT 'amenities', (t.*)::text FROM amenities t",
        """
        SELECT 'users', (t.*)::text FROM users t WHERE EXISTS (SELECT FROM memberships m
          WHERE m.user_id = t.id AND m.tenant_id <> '\(tenantA)')
        """,
        """
        SELECT 'booking_notes', (n.*)::text FROM booking_notes n JOIN bookings b ON b.id = n.booking_id
        WHERE b.tenant_id <> '\(tenantA)'
        """,
      ]
    return try project.query(
      "SELECT string_agg(name || line, E'\\n' ORDER BY name, line) FROM "
        + "(\(all.joined(separator: " UNION ALL "))) x")
  }

  @Test("one tenant of the example goes, and the other is the same to the byte")
  func example() throws {
    try Self.withSeededExample { project in
      let before = try Self.fingerprint(project)
      let dry = try project.run("seed", "remove", "--tenant", Self.tenantA, "--dry-run")
      #expect(dry.status == 0 && dry.stdout.contains("public.guests  20 rows"), "\(dry)")
      let outcome = try project.run(
        "seed", "remove", "--tenant", Self.tenantA.uppercased(), "--yes", "--format", "json")
      #expect(outcome.status == 0, "\(outcome)")
      let json = try outcome.json()
      #expect(json["schema"] as? String == "dbtool.seed-remove/1")
      #expect(json["removed"] as? Bool == true && json["rows"] as? Int == 129)
      #expect((json["staying"] as? [String: Int]) == ["public.users": 1])
      let after = try Self.fingerprint(project)
      #expect(before == after && before?.contains("guests") == true)
      #expect(
        try project.query("SELECT count(*) FROM guests WHERE tenant_id = '\(Self.tenantA)'") == "0")
      let verified = try project.run("seed", "remove", "--tenant", Self.tenantA, "--yes")
      #expect(verified.status == 2 && verified.stderr.contains("no such tenant"), "\(verified)")
      // Seeds begin anew.
      let again = try project.run("seed")
      #expect(again.status == 0 && again.stdout.contains("129 rows"), "\(again)")
    }
  }

  @Test("without a terminal and --yes nothing is deleted, and a no is a no")
  func consent() throws {
    try Self.withSeededExample { project in
      let outcome = try project.run("seed", "remove", "--tenant", Self.tenantA)
      #expect(outcome.status == 2 && outcome.stderr.contains("--yes"), "\(outcome)")
      #expect(outcome.stderr.contains("public.guests  20 rows"))
      #expect(try project.query("SELECT count(*) FROM tenants") == "2")
    }
  }

  @Test("a protected environment is refused, by whatever name it is reached")
  func protected() throws {
    try Self.withSeededExample { project in
      let url = try #require(project.url)
      let yaml = try project.read("dbtool.yaml")
      try project.write(
        "dbtool.yaml", yaml + "\n  prod:\n    url: \"\(url)\"\n    protected: true\n")
      for extra in [["--env", "prod"], ["--url", url], []] {
        let outcome = try project.run(
          ["seed", "remove", "--tenant", Self.tenantA, "--yes"] + extra)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.stderr.contains("environment prod is protected"), "\(outcome)")
      }
      #expect(try project.query("SELECT count(*) FROM tenants") == "2")
      let dry = try project.run("seed", "remove", "--tenant", Self.tenantA, "--dry-run")
      #expect(dry.status == 0)
      let allowed = try project.run(
        "seed", "remove", "--tenant", Self.tenantA, "--yes", "--allow-protected")
      #expect(allowed.status == 0, "\(allowed)")
      try project.write("dbtool.yaml", yaml + "\n  prod: {protected: perhaps}\n")
      #expect(try project.run("seed", "remove", "--tenant", Self.tenantB, "--yes").status == 2)
    }
  }

  @Test("what cannot be proven is exit code 1 with a sentence, and what is left elsewhere too")
  func found() throws {
    try Self.withSeededExample { project in
      try project.execute(
        """
        CREATE FUNCTION reach() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
          UPDATE public.rooms SET number = number || 'x' WHERE tenant_id = '\(Self.tenantB)';
          RETURN OLD; END $f$;
        CREATE TRIGGER reach BEFORE DELETE ON tenants FOR EACH ROW EXECUTE FUNCTION reach();
        """)
      let before = try Self.fingerprint(project)
      let outcome = try project.run("seed", "remove", "--tenant", Self.tenantA, "--yes", "-q")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.stderr.contains("rows of others in public.rooms"), "\(outcome)")
      #expect(try Self.fingerprint(project) == before)
      try project.execute(
        """
        DROP TRIGGER reach ON tenants;
        CREATE TABLE shares (what uuid); INSERT INTO shares VALUES ('\(Self.tenantA)');
        """)
      let left = try project.run("seed", "remove", "--tenant", Self.tenantA, "--yes", "-q")
      #expect(
        left.status == 1 && left.stdout.contains("left in public.shares.what: 1 row"), "\(left)")
      #expect(try project.query("SELECT count(*) FROM tenants") == "1")
    }
  }

  @Test("ids that no one can mean are refused in short messages")
  func hostile() throws {
    try Self.withSeededExample { project in
      for tenant in [
        "'; DROP TABLE guests; --", "", "\u{1B}[31m", String(repeating: "x", count: 100_000),
      ] {
        let outcome = try project.run("seed", "remove", "--tenant", tenant, "--yes")
        #expect(outcome.status == 2 && outcome.stderr.utf8.count < 1_000, "\(outcome)")
        #expect(!outcome.text.unicodeScalars.contains("\u{1B}"))
      }
      #expect(try project.query("SELECT count(*) FROM guests") == "40")
    }
  }
}

@Suite("seed remove that is killed", .besideOthers)
struct SeedRemoveKilledTests {
  @Test("a removal that is killed in the middle leaves everything", arguments: [SIGKILL, SIGINT])
  func killed(signal: Int32) throws {
    try SeedRemoveTests.withSeededExample { project in
      try project.execute(
        """
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
          $f$ BEGIN PERFORM pg_sleep(3); RETURN OLD; END $f$;
        CREATE TRIGGER slow BEFORE DELETE ON rooms FOR EACH STATEMENT EXECUTE FUNCTION slow();
        """)
      let counts = """
        SELECT (SELECT count(*) FROM tenants) || ' ' || (SELECT count(*) FROM payments) || ' '
          || (SELECT count(*) FROM rooms) || ' ' || (SELECT count(*) FROM dbtool.seeds)
        """
      let before = try project.query(counts)
      let run = try project.start(
        ["seed", "remove", "--tenant", SeedRemoveTests.tenantA, "--yes"])
      let sleeps = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'
        """
      let isInTheMidst = try eventually(within: 30) { try project.query(sleeps) == "1" }
      #expect(isInTheMidst)
      run.send(signal)
      let outcome = try run.wait()
      #expect(outcome.status == (signal == SIGKILL ? -SIGKILL : 130), "\(outcome)")
      // The server learns of a killed client only when it next writes to it.
      let isOver = try eventually(within: 30) {
        try project.query(
          """
          SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
          """) == "0"
      }
      #expect(isOver)
      #expect(try project.query(counts) == before)
    }
  }
}
