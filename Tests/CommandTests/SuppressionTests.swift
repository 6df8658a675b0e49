import TestSupport
import Testing

@Suite("Suppressing findings of verify-rls in dbtool.yaml", .besideOthers, .overBothTransports)
struct SuppressionTests {
  private static let schema = """
    CREATE TABLE notes (id int PRIMARY KEY, org int NOT NULL);
    CREATE TABLE rooms (id int PRIMARY KEY, org int NOT NULL);
    GRANT SELECT ON notes, rooms TO app_user;
    """

  private static func configuration(_ entries: String) -> String {
    """
    tenancy:
      column: org
      setting: my.org
      roles: [app_user]
    verify:
      suppress:
    \(entries)
    """
  }

  private static func entry(_ object: String, more: String = "") -> String {
    """
        - rule: rls-not-enabled
          object: \(object)
          reason: shown on the website
    \(more)
    """
  }

  @Test("a suppressed finding stays in the report with its reason, and does not count")
  func suppressed() throws {
    try withProject { project in
      try project.execute(Self.schema)
      try project.write(
        "dbtool.yaml", Self.configuration(Self.entry("public.*", more: "      until: 2999-01-31")))
      let text = try project.run("verify-rls")
      #expect(text.status == 0, "\(text)")
      #expect(text.stdout.contains("suppressed in dbtool.yaml"), "\(text)")
      #expect(text.stdout.contains("until 2999-01-31: shown on the website"), "\(text)")
      #expect(text.stdout.contains("leak (accepted)"), "\(text)")
      #expect(!text.stdout.contains("LEAK"), "\(text)")

      let json = try project.run("verify-rls", "--format", "json").json()
      #expect(json["verdict"] as? String == "isolated")
      let findings = try #require(json["findings"] as? [[String: Any]])
      #expect(findings.count == 2)
      for finding in findings {
        #expect(finding["severity"] as? String == "error")
        #expect(
          finding["suppressed"] as? [String: String]
            == ["reason": "shown on the website", "until": "2999-01-31"])
      }
      let tables = try #require(json["tables"] as? [[String: Any]])
      #expect((tables[0]["operations"] as? [String: String])?["select"] == "leak")
    }
  }

  @Test("what is suppressed for one object or role counts for the others")
  func others() throws {
    try withProject { project in
      try project.execute(Self.schema)
      try project.write("dbtool.yaml", Self.configuration(Self.entry("notes")))
      #expect(try project.run("verify-rls").status == 1)
      let role = Self.entry("public.*", more: "      role: app_readonly")
      try project.write("dbtool.yaml", Self.configuration(role))
      let outcome = try project.run("verify-rls")
      #expect(outcome.status == 1 && !outcome.stdout.contains("accepted"), "\(outcome)")
    }
  }

  @Test("one that is past its date counts again and says so, and one that matches nothing is named")
  func expired() throws {
    try withProject { project in
      try project.execute(Self.schema)
      let entries = [
        Self.entry("public.notes", more: "      until: 2001-02-28"), Self.entry("public.gone"),
      ]
      try project.write("dbtool.yaml", Self.configuration(entries.joined(separator: "\n")))
      let outcome = try project.run("verify-rls")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.stdout.contains("info [suppression-expired]"), "\(outcome)")
      #expect(outcome.stdout.contains("ended on 2001-02-28"), "\(outcome)")
      #expect(outcome.stdout.contains("info [suppression-unused]"), "\(outcome)")
      #expect(outcome.stdout.contains("for public.gone matches no finding"), "\(outcome)")
    }
  }

  @Test(
    "an entry that is not complete or not understood is refused, with its line",
    arguments: [
      (
        "    - rule: using-true\n      object: a",
        "dbtool.yaml:7: verify.suppress[1].reason is missing"
      ),
      (
        "    - rule: using-true\n      object: a\n      reason: ' '",
        "dbtool.yaml:9: verify.suppress[1].reason"
      ),
      ("    - object: a\n      reason: b", "dbtool.yaml:7: verify.suppress[1].rule is missing"),
      (
        "    - rule: using-true\n      reason: b",
        "dbtool.yaml:7: verify.suppress[1].object is missing"
      ),
      (
        "    - rule: using-ture\n      object: a\n      reason: b",
        "dbtool.yaml:7: there is no rule \"using-ture\""
      ),
      (
        "    - rule: using-true\n      object: a\n      reason: b\n      until: 2026-02-30",
        "dbtool.yaml:10: \"2026-02-30\" is no day"
      ),
      (
        "    - rule: using-true\n      object: a\n      reason: b\n      unitl: 2026-02-20",
        "dbtool.yaml:10: verify.suppress[1].unitl is not a setting"
      ),
      ("    rule: using-true", "dbtool.yaml:7: verify.suppress must be a list"),
    ])
  func refused(entries: String, message: String) throws {
    try withBareProject { project in
      try project.write("dbtool.yaml", Self.configuration(entries))
      let outcome = try project.run("verify-rls", "--url", "postgres://localhost:1/none")
      #expect(outcome.status == 2 && outcome.stderr.contains(message), "\(outcome)")
    }
  }
}
