import TestSupport
import Testing

@Suite("verify-rls from the command line", .besideOthers, .overBothTransports)
struct VerifyTests {
  private static let policy = """
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (org = current_setting('my.org', true)::int);
    """

  /// A table `notes` of tenants that are numbers, with a column that its constraint makes easy or
  /// impossible to fill.
  private static func schema(check: String = "x <> ''", policy: String = policy) -> String {
    """
    CREATE TABLE notes (id int PRIMARY KEY, org int NOT NULL, x text NOT NULL CHECK (\(check)));
    GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO app_user;
    \(policy)
    """
  }

  private static let options = [
    "verify-rls", "--role", "app_user", "--tenant-column", "org", "--tenant-setting", "my.org",
    "--tenant-type", "int",
  ]

  @Test("values of dbtool.yaml fill what no proposal fits, and a type that is none is refused")
  func values() throws {
    try withProject { project in
      try project.execute(Self.schema(check: "md5(x) = md5('A-1')"))
      let url = try #require(project.url)
      let options = Self.options + ["--url", url]
      let without = try project.run(options)
      #expect(without.status == 4 && without.stdout.contains("public.notes.x"), "\(without)")
      try project.write("dbtool.yaml", "tenancy: {values: {public.notes.x: [A-1]}}")
      let given = try project.run(options)
      #expect(given.status == 0, "\(given)")
      let typed = try project.run(options + ["--tenant-type", "nonsense"])
      #expect(typed.status == 2 && typed.stderr.contains("is no type"), "\(typed)")
    }
  }

  @Test("without a configuration the options are enough, and the JSON has the contract's keys")
  func contract() throws {
    try withProject { project in
      try project.execute(Self.schema(policy: ""))
      let url = try #require(project.url)
      let outcome = try project.run(Self.options + ["--url", url, "--format", "json"])
      #expect(outcome.status == 1 && outcome.stderr.isEmpty, "\(outcome)")
      let json = try outcome.json()
      #expect(
        json.keys.sorted()
          == [
            "coverage", "findings", "mutants", "probes", "reachable", "roles", "schema",
            "sequences", "tables", "verdict",
          ])
      #expect(json["schema"] as? String == "dbtool.verify-rls/1")
      #expect(json["verdict"] as? String == "leak")
      #expect(json["roles"] as? [String] == ["app_user"])
      #expect((json["probes"] as? [String: Any])?.keys.sorted() == ["run", "seconds"])
      #expect((json["mutants"] as? [String: Any])?.keys.sorted() == ["killed", "made", "survived"])

      let tables = try #require(json["tables"] as? [[String: Any]])
      let table = try #require(tables.first)
      #expect(tables.count == 1 && table["name"] as? String == "public.notes")
      #expect(table["tenancy"] as? String == "column")
      let operations = try #require(table["operations"] as? [String: String])
      #expect(operations.keys.sorted() == ["delete", "insert", "select", "update"])
      #expect(operations.values.allSatisfy { $0 == "leak" })

      let findings = try #require(json["findings"] as? [[String: Any]])
      #expect(!findings.isEmpty)
      for finding in findings {
        let keys = [
          "evidence", "fix", "message", "object", "operation", "reproduce", "role", "rule",
          "severity",
        ]
        #expect(finding.keys.sorted() == keys && finding.values.allSatisfy { $0 is String })
      }
      // Nothing of what it tried stays.
      #expect(try project.query("SELECT count(*) FROM notes") == "0")
    }
  }

  @Test("isolated is 0, a leak 1, what cannot be concluded 4, each with its conclusion at the end")
  func verdicts() throws {
    let cases = [
      (Self.schema(), Int32(0), "isolated: no tenant reached"),
      (Self.schema(policy: ""), 1, "LEAK: "),
      // Nothing can be found that fulfils it.
      (Self.schema(check: "md5(x) = '0123456789abcdef0123456789abcdef'"), 4, "not concluded: "),
    ]
    for (schema, code, conclusion) in cases {
      try withProject { project in
        try project.execute(schema)
        let outcome = try project.run(Self.options)
        #expect(outcome.status == code, "\(outcome)")
        let last = outcome.stdout.split(separator: "\n").last
        #expect(last?.hasPrefix(conclusion) == true, "\(outcome)")
        if code == 4 { #expect(outcome.stdout.contains("public.notes: "), "\(outcome)") }
      }
    }
  }

  @Test("--strict makes 4 of what was not covered, and only of that")
  func strict() throws {
    let function = """
      CREATE FUNCTION odd(int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp AS 'BEGIN RAISE EXCEPTION ''no''; END';
      """
    for (extra, code) in [("", Int32(0)), (function, 4)] {
      try withProject { project in
        try project.execute(Self.schema() + extra)
        #expect(try project.run(Self.options).status == 0)
        let outcome = try project.run(Self.options + ["--strict"])
        #expect(outcome.status == code, "\(outcome)")
        #expect(outcome.stdout.contains("function public.odd: no call of it") == (code == 4))
        let json = try project.run(Self.options + ["--strict", "--format", "json"])
        #expect(json.status == code)
        let coverage = try #require(try json.json()["coverage"] as? [String: Any])
        let tables = try #require(coverage["tables"] as? [String: Int])
        #expect(tables == ["probed": 1, "notProbed": 0])
        #expect((coverage["gaps"] as? [[String: Any]])?.count == (code == 4 ? 1 : 0))
      }
    }
  }

  @Test("--live says what it keeps to, and a limit of no use is refused")
  func live() throws {
    try withProject { project in
      try project.execute(Self.schema())
      let outcome = try project.run(Self.options + ["--live", "--lock-timeout", "1s"])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.stdout.contains("live: lock_timeout 1000ms"), "\(outcome)")
      #expect(outcome.stdout.contains("cannot find all of [definer-function-writes]"))
      for limit in ["0", "-1", "1h", "", "ms", "70s", "1;2"] {
        let refused = try project.run(Self.options + ["--live", "--lock-timeout=\(limit)"])
        #expect(refused.status == 2, "\(limit) \(refused)")
      }
      #expect(try project.run(Self.options + ["--lock-timeout", "1s"]).status == 2)
    }
  }

  @Test("--performance tells what is slow, fails nothing, and does not go with --live")
  func performance() throws {
    try withProject { project in
      try project.execute(Self.schema())
      let arguments = Self.options + ["--performance"]
      let outcome = try project.run(arguments)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.stdout.contains("Performance: "), "\(outcome)")
      #expect(outcome.stdout.contains("info [tenant-index-missing] no index of public.notes"))
      #expect(outcome.stdout.contains("CREATE INDEX CONCURRENTLY ON public.notes (org);"))
      let json = try project.run(arguments + ["--format", "json"]).json()
      #expect((json["performance"] as? [String: Any])?["tables"] as? Int == 1)
      try project.execute("CREATE INDEX ON notes (org);")
      let fast = try project.run(arguments)
      #expect(fast.stdout.contains("no policy was found that makes queries slow"), "\(fast)")
      #expect(try project.run(arguments + ["--live"]).status == 2)
    }
  }

  @Test("--mutate tells what was noticed; what survives is an object with its SQL, and exit 4")
  func mutants() throws {
    try withProject { project in
      try project.execute(Self.schema())
      let arguments = Self.options + ["--mutate"]
      let good = try project.run(arguments)
      #expect(good.status == 0 && good.stdout.contains(" survived, "), "\(good)")
      let json = try project.run(arguments + ["--format", "json"]).json()
      let mutants = try #require(json["mutants"] as? [String: Any])
      #expect(mutants["made"] as? Int == mutants["killed"] as? Int)
      #expect((mutants["survived"] as? [Any])?.isEmpty == true)
      #expect(
        (mutants["equivalent"] as? [[String: Any]])?.allSatisfy { $0["reason"] != nil } == true)
      #expect((mutants["seconds"] as? Double ?? 0) > 0)

      #expect(try project.run(arguments + ["--live"]).status == 2)

      try project.execute("CREATE TABLE others (org int PRIMARY KEY);")
      try project.write("dbtool.yaml", "tenancy:\n  exempt:\n    notes: written by nobody\n")
      let blind = try project.run(arguments + ["--format", "json"])
      #expect(blind.status == 4, "\(blind)")
      let survived = try #require(
        (try blind.json()["mutants"] as? [String: Any])?["survived"] as? [[String: Any]])
      #expect(!survived.isEmpty)
      for mutant in survived {
        #expect(
          mutant.keys.sorted() == ["mutation", "object", "operator", "reason", "sql"]
            && mutant.values.allSatisfy { $0 is String })
      }
    }
  }

  @Test("unknown roles and hostile names are refused with 2 or find nothing, and do no harm")
  func hostile() throws {
    try withProject { project in
      try project.execute(Self.schema())
      let hostile = "x\"; DROP TABLE notes; --"
      let quote = "my.x'; DROP TABLE notes; --"
      let cases: [([String], String)] = [
        (["--role", "nobody_here"], "role \"nobody_here\" does not exist"),
        (["--role", hostile], "does not exist"), (["--role", ""], "does not exist"),
        (["--role", "app_user", "--tenant-column", hostile], "no table has a column"),
        (["--role", "app_user", "--tenant-setting", quote], "cannot be a custom setting"),
        (["--role", "app_user", "--tenant-setting", ""], "cannot be a custom setting"),
        (
          ["--role", "app_user", "--tenant-column", "org", "--tables", "'; DROP TABLE notes; --"],
          "no table matches"
        ),
        ([], "no application role"),
      ]
      for (arguments, message) in cases {
        let outcome = try project.run(["verify-rls"] + arguments)
        #expect(outcome.status == 2 && outcome.stderr.contains(message), "\(outcome)")
      }
      let type = "int); DROP TABLE notes; --"
      _ = try project.run(Self.options + ["--tenant-type", type])
      #expect(try project.query("SELECT count(*) FROM notes") == "0")
    }
  }

  @Test("names of tables and columns that need quoting are no obstacle")
  func names() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE SCHEMA "O'Neil; --";
        CREATE TABLE "O'Neil; --"."my ""notes""\u{202E}" (id int PRIMARY KEY, "Org %" int NOT NULL);
        GRANT USAGE ON SCHEMA "O'Neil; --" TO app_user;
        GRANT ALL ON "O'Neil; --"."my ""notes""\u{202E}" TO app_user;
        """)
      let outcome = try project.run(
        "verify-rls", "--role", "app_user", "--tenant-column", "Org %", "--tenant-setting", "my.o")
      #expect(outcome.status == 1 && outcome.stderr.isEmpty, "\(outcome)")
      // A mark that turns the direction of writing could disguise a name.
      #expect(outcome.stdout.contains("my \"notes\"\\u{202e}"), "\(outcome)")
      #expect(!outcome.stdout.unicodeScalars.contains("\u{202E}"))
    }
  }
}
