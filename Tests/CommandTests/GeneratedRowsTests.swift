import Foundation
import TestSupport
import Testing

@Suite("Rows made up from the command line", .besideOthers, .overBothTransports)
struct GeneratedRowsTests {
  /// A digest of every row of the hospitality tables, but for one tenant's.
  static func digest(_ project: Project, without tenant: String = "") throws -> [String: String?] {
    let tables = [
      "tenants", "users", "memberships", "properties", "rooms", "guests", "bookings",
      "booking_notes", "payments", "property_amenities", "audit_events",
    ]
    let owner = [
      "tenants": "t.id::text", "users": "''",
      "booking_notes": "(SELECT b.tenant_id::text FROM bookings b WHERE b.id = t.booking_id)",
    ]
    return try Dictionary(
      uniqueKeysWithValues: tables.map { table in
        let column = owner[table] ?? "t.tenant_id::text"
        return (
          table,
          try project.query(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
              + " FROM \(table) t WHERE \(column) <> '\(tenant)'")
        )
      })
  }

  private static func migrate(_ project: Project) throws {
    let migrated = try project.run("migrate", "up")
    try #require(migrated.status == 0, "\(migrated)")
    let applied = try project.run("policies", "apply")
    try #require(applied.status == 0, "\(applied)")
  }

  @Test("runners at once share the work, and no row is made twice")
  func severalAtOnce() throws {
    try withExample { project in
      try Self.migrate(project)
      let runs = try (0..<3).map { _ in
        try project.start([
          "seed", "--tenants", "3", "--rows", "3000", "--random-seed", "4", "--format", "json",
        ])
      }
      var written = 0
      for run in runs {
        let outcome = try run.wait()
        #expect(outcome.status == 0, "\(outcome)")
        let made = try outcome.json()["generated"] as? [String: Any]
        written += made?["written"] as? Int ?? 0
      }
      #expect(written == 3_000)
      #expect(try project.query("SELECT sum(rows)::text FROM dbtool.seed_portions") == "3000")
    }
  }

  @Test("twenty tenants have the rows that were asked for, and none can reach another one's")
  func twentyTenants() throws {
    try withExample { project in
      try Self.migrate(project)
      let outcome = try project.run(
        "seed", "--tenants", "20", "--rows", "3000", "--format", "json")
      #expect(outcome.status == 0, "\(outcome)")
      let json = try outcome.json()
      let made = try #require(json["generated"] as? [String: Any])
      #expect(made["rows"] as? Int == 3_000 && made["written"] as? Int == 3_000)
      let tenants = try #require(made["tenants"] as? [String])
      #expect(Set(tenants).count == 20)
      let tables = try #require(made["tables"] as? [[String: Any]])
      var sum = 0
      for table in tables {
        let name = try #require(table["name"] as? String)
        let counts = try #require(table["byTenant"] as? [String: Int])
        sum += counts.values.reduce(0, +)
        #expect(counts.values.reduce(0, +) == table["rows"] as? Int, "\(name)")
        // One giant, many small.
        if name == "public.bookings" {
          #expect(counts[tenants[0]] ?? 0 > 5 * (counts[tenants[19]] ?? 0), "\(counts)")
        }
        guard !["public.tenants", "public.users", "public.booking_notes"].contains(name) else {
          continue
        }
        for tenant in [tenants[0], tenants[19]] {
          #expect(
            try project.query("SELECT count(*) FROM \(name) WHERE tenant_id = '\(tenant)'")
              == String(counts[tenant] ?? 0), "\(name)")
        }
      }
      #expect(sum == 3_000)
      let verified = try project.run("verify-rls")
      #expect(verified.status == 0, "\(verified)")

      let before = try Self.digest(project, without: tenants[3])
      let removed = try project.run("seed", "remove", "--tenant", tenants[3], "--yes")
      #expect(removed.status == 0, "\(removed)")
      var after = try Self.digest(project, without: tenants[3])
      // People go with the only tenant that they work for.
      after["users"] = before["users"]
      #expect(after == before)
      #expect(
        try project.query("SELECT count(*) FROM bookings WHERE tenant_id = '\(tenants[3])'") == "0")
    }
  }

  @Test("plan shows what would be written and writes nothing, and a second run has nothing to do")
  func plan() throws {
    try withExample { project in
      try Self.migrate(project)
      try project.write(
        "seeds/rows.yaml",
        """
        tenants: {count: 3, skew: even}
        tables:
          audit_events: {rows: 0}
          properties: {rows: 2}
          rooms: {rows: 3 per properties, columns: {kind: {values: {single: 1, suite: 3}}}}
          guests: {rows: 10, columns: {email: {nulls: 50%}, country: {values: [IE]}}}
          bookings: {columns: {room_id: {distribution: zipf}, total: {between: [20, 90]}}}
        """)
      try project.write("dbtool.yaml", "tenancy: {roles: [app_user]}\n")
      let plan = try project.run("seed", "plan", "--columns")
      #expect(plan.status == 0 && plan.stdout.contains("new      010_tenants.sql"), "\(plan)")
      #expect(plan.stdout.contains("kind: single | suite"), "\(plan)")
      #expect(try project.query("SELECT count(*) FROM guests") == "0")
      let dry = try project.run("seed", "--dry-run")
      #expect(dry.status == 0 && dry.stdout.contains("nothing was written"), "\(dry)")
      #expect(try project.query("SELECT to_regclass('dbtool.seeds')") == nil)

      let run = try project.run("seed")
      #expect(run.status == 0, "\(run)")
      #expect(try project.query("SELECT count(*) FROM properties") == "6")
      #expect(try project.query("SELECT count(*) FROM rooms") == "18")
      #expect(try project.query("SELECT count(*) FROM audit_events") == "0")
      #expect(try project.query("SELECT count(DISTINCT country) FROM guests") == "1")
      #expect(
        try project.query(
          "SELECT string_agg(DISTINCT kind::text, ' ' ORDER BY kind::text) FROM rooms")
          == "single suite")
      #expect(
        try project.query("SELECT count(*) FROM bookings WHERE NOT total BETWEEN 20 AND 90") == "0")
      let again = try project.run("seed")
      #expect(
        again.status == 0 && again.stdout.contains("these rows are there already"), "\(again)")
    }
  }

  @Test("what is wrong in a manifest is told with its line before anything is written")
  func manifestErrors() throws {
    try withExample { project in
      try Self.migrate(project)
      let cases = [
        ("tables: {guest: {rows: 3}}", "there is no table \"guest\""),
        ("tables: {guests: {rows: 3, columns: {mail: {kind: email}}}}", "has no column \"mail\""),
        ("tables: {guests: {columns: {full_name: {kind: mail}}}}", "there is no kind \"mail\""),
        ("tables: {guests: {columns: {full_name: {nulls: 3%}}}}", "is NOT NULL"),
        ("tables: {rooms: {columns: {kind: {values: [castle]}}}}", "\"castle\" is no value of"),
        ("tables: {rooms: {columns: {capacity: {between: [20, 30]}}}}", "rooms_capacity_check"),
        ("tables: {rooms: {columns: {capacity: {between: [a, b]}}}}", "must be two values"),
        ("tables: {rooms: {rows: many}}", "must be a number of rows"),
        ("tables: {rooms: {rows: 3 per guestes}}", "guestes"),
        ("tables: {bookings: {columns: {nights: {between: [1, 2]}}}}", "is computed"),
      ]
      for (manifest, message) in cases {
        try project.write("seeds/dev/rows.yaml", "# one\n\(manifest)\n")
        let outcome = try project.run("seed", "plan", "--profile", "dev", "--tenants", "2")
        #expect(
          outcome.status == 2 && outcome.stderr.contains(message)
            && outcome.stderr.contains("seeds/dev/rows.yaml:2"), "\(manifest): \(outcome)")
      }
      try project.remove("seeds/dev/rows.yaml")
      let few = try project.run("seed", "--tenants", "2", "--rows", "5")
      #expect(few.status == 2 && few.stderr.contains("--rows"), "\(few)")
      #expect(try project.query("SELECT count(*) FROM guests") == "0")
    }
  }

  @Test(
    "a clean start asks first, keeps out of protected environments, and gives the same rows again")
  func truncate() throws {
    try withExample { project in
      try Self.migrate(project)
      #expect(try project.run("seed", "--tenants", "3", "--rows", "300").status == 0)
      let first = try Self.digest(project)
      let asked = try project.run("seed", "--tenants", "3", "--rows", "300", "--truncate")
      #expect(asked.status == 2 && asked.stderr.contains("--yes"), "\(asked)")
      #expect(try Self.digest(project) == first)
      let again = try project.run("seed", "--tenants", "3", "--rows", "300", "--truncate", "--yes")
      #expect(again.status == 0 && again.stdout.contains("300 rows written"), "\(again)")
      // Those that files wrote, with the moment at which they did.
      let second = try Self.digest(project)
      for table in ["guests", "rooms", "bookings", "payments"] {
        #expect(second[table] == first[table], "\(table)")
      }
      let url = try #require(project.url)
      try project.write(
        "dbtool.yaml",
        "tenancy: {roles: [app_user]}\nenvironments: {prod: {url: \"\(url)\", protected: true}}\n")
      for arguments in [["--truncate", "--yes"], ["--random-seed", "2"]] {
        let refused = try project.run(["seed", "--tenants", "3", "--rows", "300"] + arguments)
        #expect(refused.status == 2 && refused.stderr.contains("protected"), "\(refused)")
      }
      #expect(try Self.digest(project) == second)
      let meant = try project.run(
        "seed", "--tenants", "3", "--rows", "300", "--random-seed", "2", "--allow-protected")
      #expect(meant.status == 0, "\(meant)")
    }
  }
}

@Suite("Made-up rows and faults", .besideOthers)
struct GeneratedRowsFaultTests {
  @Test("killed at any moment and run again, the rows are exactly those of one run")
  func killed() throws {
    var whole: [String: String?] = [:]
    let arguments = ["seed", "--tenants", "8", "--rows", "60000", "--format", "json"]
    try withExample { project in
      try prepare(project)
      let outcome = try project.run(arguments)
      try #require(outcome.status == 0, "\(outcome)")
      whole = try GeneratedRowsTests.digest(project)
    }
    try withExample { project in
      try prepare(project)
      var kills = 0
      for moment in [0.6, 0.9, 1.2, 0.75, 1.5] {
        let running = try project.start(arguments)
        Thread.sleep(forTimeInterval: moment)
        running.send(SIGKILL)
        if try running.wait().status != 0 { kills += 1 }
      }
      #expect(kills > 0)
      let last = try project.run(arguments)
      #expect(last.status == 0, "\(last)")
      #expect(try GeneratedRowsTests.digest(project) == whole)
      #expect(
        try project.query("SELECT sum(rows) FROM dbtool.seed_portions") == "60000")
    }
  }

  @Test(
    "connections that end in the middle are an error that says so, and the next run finishes the rows"
  )
  func lostConnections() throws {
    try withExample { project in
      try prepare(project)
      let arguments = ["seed", "--tenants", "8", "--rows", "200000"]
      let running = try project.start(arguments)
      let isLoading = try becomesTrue {
        try project.query("SELECT to_regclass('dbtool.seed_portions')") != nil
          && project.query("SELECT count(*) > 0 FROM dbtool.seed_portions") == "t"
      }
      #expect(isLoading)
      _ = try project.query(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND pid <> pg_backend_pid()")
      let outcome = try running.wait()
      #expect(outcome.status == 3, "\(outcome)")
      let last = try project.run(arguments)
      #expect(last.status == 0 && last.stderr.contains("going on"), "\(last)")
      #expect(try project.query("SELECT sum(rows) FROM dbtool.seed_portions") == "200000")
    }
  }

  @Test("of two runs at once one makes the rows, and both end well or the other says so")
  func twoAtOnce() throws {
    try withExample { project in
      try prepare(project)
      let arguments = ["seed", "--tenants", "4", "--rows", "2000"]
      let both = [try project.start(arguments), try project.start(arguments)]
      let outcomes = try both.map { try $0.wait() }
      #expect(outcomes.contains { $0.status == 0 }, "\(outcomes)")
      for outcome in outcomes where outcome.status != 0 {
        #expect(outcome.stderr.contains("another run"), "\(outcome)")
      }
      #expect(try project.query("SELECT sum(rows) FROM dbtool.seed_portions") == "2000")
      #expect(try project.query("SELECT count(*) FROM tenants") == "4")
    }
  }

  /// Without files, whose rows carry the moment at which they were written.
  private func prepare(_ project: Project) throws {
    #expect(try project.run("migrate", "up").status == 0)
    #expect(try project.run("policies", "apply").status == 0)
    try FileManager.default.removeItem(atPath: project.directory + "/seeds")
  }

  @Test("columns of the rarer types get values, which differ where they have to")
  func rareTypes() throws {
    try withProject { project in
      try project.write("dbtool.yaml", "tenancy: {roles: [app_user]}\n")
      try project.execute(
        """
        CREATE TABLE tenants (id uuid PRIMARY KEY);
        CREATE TABLE devices (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id uuid NOT NULL REFERENCES tenants,
          address inet NOT NULL UNIQUE, network cidr NOT NULL UNIQUE, card macaddr NOT NULL UNIQUE,
          card8 macaddr8 NOT NULL UNIQUE, raw bytea NOT NULL UNIQUE, words tsvector NOT NULL,
          place point NOT NULL, flags bit(12) NOT NULL, more bit varying(7) NOT NULL,
          note xml NOT NULL, options json NOT NULL, any_address inet NOT NULL);
        """)
      let outcome = try project.run("seed", "--tenants", "2", "--rows", "402")
      #expect(outcome.status == 0 && outcome.stdout.contains("402 rows written"), "\(outcome)")
      let several = """
        SELECT count(*) || ' ' || (count(DISTINCT words) > 1)::text || (count(DISTINCT place::text) > 1)
          || (count(DISTINCT flags) > 1) || (count(DISTINCT note::text) > 1) FROM devices
        """
      #expect(try project.query(several) == "400 truetruetruetrue")
    }
  }
}
