import Foundation
import TestSupport
import Testing

@Suite("What verify-rls tells about its findings", .besideOthers, .overBothTransports)
struct FindingReportTests {
  private static let options = [
    "verify-rls", "--role", "app_user", "--tenant-column", "org", "--tenant-setting", "my.org",
  ]

  /// Tables without row-level security.
  private static func open(_ names: [String]) -> String {
    names.map {
      "CREATE TABLE \($0) (id int PRIMARY KEY, org int NOT NULL); GRANT SELECT ON \($0) TO app_user;"
    }.joined(separator: "\n")
  }

  @Test("--explain tells what a rule is about, without a database")
  func explain() throws {
    try withBareProject { project in
      let one = try project.run("verify-rls", "--explain", "using-true")
      #expect(one.status == 0 && one.stderr.isEmpty, "\(one)")
      for part in [
        "using-true (error)", "Permissive policies", "Example:", "CREATE POLICY",
        "Source: PostgreSQL manual",
      ] {
        #expect(one.stdout.contains(part), "\(part): \(one)")
      }
      let all = try project.run("verify-rls", "--explain", "all").stdout
      #expect(all.contains("view-definer (error)") && all.contains("policies-not-probed (info)"))
      let list = try project.run("verify-rls", "--explain", "list").stdout
      #expect(list.split(separator: "\n").count > 30 && !list.contains("Example:"))
      let json = try project.run("verify-rls", "--explain", "using-true", "--format", "json").json()
      let rules = try #require(json["rules"] as? [[String: Any]])
      #expect(
        rules.first?.keys.sorted() == ["example", "name", "severity", "source", "title", "why"])
    }
  }

  @Test("a rule that does not exist is refused, with the names that are near")
  func explainUnknown() throws {
    try withBareProject { project in
      let near = try project.run("verify-rls", "--explain", "using-ture")
      #expect(near.status == 2 && near.stderr.contains("there is no rule \"using-ture\""))
      #expect(near.stderr.contains("did you mean using-true"), "\(near)")
      let far = try project.run("verify-rls", "--explain", "zzz")
      #expect(far.status == 2 && far.stderr.contains("--explain list"), "\(far)")
    }
  }

  @Test("the same on many tables is one block, and scripts are shown when they are asked for")
  func manyTables() throws {
    try withProject { project in
      let names = (1...12).map { "t\($0)" }
      try project.execute(Self.open(names))
      let short = try project.run(Self.options)
      #expect(short.status == 1, "\(short)")
      let lines = short.stdout.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count < 50, "\(short)")
      #expect(lines.filter { $0.hasPrefix("error [rls-not-enabled] 12 objects:") }.count == 1)
      #expect(lines.dropFirst().first == "12 errors", "\(short)")
      for name in names { #expect(short.stdout.contains("public.\(name)"), "\(name)") }
      #expect(!short.stdout.contains("ROLLBACK;") && short.stdout.contains("--scripts-to DIR"))
      let long = try project.run(Self.options + ["--scripts"]).stdout
      #expect(long.split(separator: "\n").filter { $0.hasSuffix("ROLLBACK;") }.count == 12)
    }
  }

  @Test("--scripts-to writes a script for each finding, and fixes that mend them all")
  func scriptFiles() throws {
    try withProject { project in
      try project.execute(Self.open(["a", "b", "\"../c d\""]))
      let outcome = try project.run(Self.options + ["--scripts-to", "out/scripts"])
      #expect(outcome.status == 1 && outcome.stderr.contains("4 files written"), "\(outcome)")
      let files = try FileManager.default.contentsOfDirectory(
        atPath: project.directory + "/out/scripts"
      ).sorted()
      #expect(
        files == [
          "001-rls-not-enabled-public..._c_d-select-app_user.sql",
          "002-rls-not-enabled-public.a-select-app_user.sql",
          "003-rls-not-enabled-public.b-select-app_user.sql", "fixes.sql",
        ])
      let script = try project.read("out/scripts/\(files[1])")
      #expect(script.hasPrefix("-- error [rls-not-enabled]") && script.contains("ROLLBACK;"))
      let fixes = try project.read("out/scripts/fixes.sql")
      try project.execute(
        fixes.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n"))
      #expect(try project.run(Self.options).status == 0)
      let refused = try project.run(Self.options + ["--scripts-to", "out/scripts/fixes.sql/x"])
      #expect(refused.status == 2 && refused.stderr.contains("cannot be made"), "\(refused)")
    }
  }

  @Test("the matrix says isolated* where another way than the policies leads to a tenant's rows")
  func mark() throws {
    try withProject { project in
      let policy = "USING (org = NULLIF(current_setting('my.org', true), '')::int)"
      try project.execute(
        """
        CREATE TABLE a (id uuid PRIMARY KEY, org int NOT NULL);
        CREATE TABLE b (id uuid PRIMARY KEY, org int NOT NULL, a uuid REFERENCES a ON DELETE CASCADE);
        ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON a \(policy);
        ALTER TABLE b ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON b \(policy);
        GRANT SELECT, INSERT, UPDATE, DELETE ON a, b TO app_user;
        """)
      let outcome = try project.run(Self.options)
      let lines = outcome.stdout.split(separator: "\n")
      let row = try #require(lines.first { $0.hasPrefix("public.b ") }, "\(outcome)")
      #expect(row.contains("isolated*") && row.hasSuffix("1 error"), "\(outcome)")
      #expect(lines.contains { $0.hasPrefix("* ") }, "\(outcome)")
      let clean = try #require(lines.first { $0.hasPrefix("public.a ") })
      #expect(!clean.contains("*"), "\(outcome)")
    }
  }

  @Test("that only a function may be used is said, and nothing is proved by it")
  func onlyFunction() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE a (id int PRIMARY KEY, org int NOT NULL);
        CREATE FUNCTION one() RETURNS int LANGUAGE sql SECURITY DEFINER
          SET search_path = pg_catalog AS 'SELECT 1';
        """)
      let outcome = try project.run(Self.options)
      #expect(outcome.status == 4, "\(outcome)")
      #expect(
        outcome.stdout.contains("not concluded: app_user may use no table with tenants' rows"),
        "\(outcome)")
    }
  }
}
