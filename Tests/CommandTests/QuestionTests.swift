import Foundation
import TestSupport
import Testing

@Suite(
  "Questions on a real terminal", .besideOthers,
  .enabled(if: TerminalWindow.program != nil, "tmux is not installed: scripts/bootstrap test"))
struct QuestionTests {
  private func window(_ project: Project) throws -> TerminalWindow {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    var variables = ["PATH": (Tool.path as NSString).deletingLastPathComponent + ":" + path]
    variables["DATABASE_URL"] = project.url
    return try TerminalWindow(environment: variables, directory: project.directory)
  }

  @Test("what empties tables asks first: n leaves them, y does it")
  func truncate() throws {
    try withProject { project in
      try project.write(
        "dbtool.yaml", "tenancy: {roles: [app_user]}\nseed: {role: app_user, tenants: ['1']}\n")
      try project.execute(
        """
        CREATE TABLE tenants (id int PRIMARY KEY); INSERT INTO tenants VALUES (1);
        CREATE TABLE a (tenant_id int REFERENCES tenants); INSERT INTO a VALUES (1), (1);
        GRANT ALL ON a, tenants TO app_user;
        """)
      try project.write("seeds/1.sql", "-- dbtool: as-admin\nSELECT 1")
      let window = try window(project)
      try window.type("dbtool seed --truncate; echo exit $?")
      #expect(window.wait(for: "[y/N]"), "\(window.text())")
      try window.type("n")
      #expect(window.wait(for: "exit 2"), "\(window.text())")
      #expect(try project.query("SELECT count(*) FROM a") == "2")
      try window.clear()
      try window.type("dbtool seed --truncate; echo exit $?")
      #expect(window.wait(for: "[y/N]"))
      try window.type("y")
      #expect(window.wait(for: "exit 0"), "\(window.text())")
      #expect(try project.query("SELECT count(*) FROM a") == "0")
    }
  }

  @Test("what lets more through asks first: n and Ctrl-C change nothing, y does it")
  func loosening() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE a (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
        """)
      try project.write("dbtool.yaml", "tenancy: {roles: [app_user]}\n")
      try project.write("policies/isolation.yaml", "version: 1\ntables: {tenants: root}\n")
      let plan = try project.run("policies", "plan")
      #expect(plan.stdout.contains("2 may let more through: apply asks first\n"))
      let agreed = try project.run("policies", "apply", "--dry-run", "--allow-loosening")
      #expect(agreed.stdout.contains("2 may let more through\n"))
      let window = try window(project)
      let policies = "SELECT count(*) FROM pg_policies"
      for (answer, end) in [("n", "exit 2"), ("", "exit 2"), ("C-c", "exit 130")] {
        try window.clear()
        try window.type("dbtool policies apply; echo exit $?")
        #expect(window.wait(for: "[y/N]"), "\(window.text())")
        if answer == "C-c" { try window.press(answer) } else { try window.type(answer) }
        #expect(window.wait(for: end), "\(answer): \(window.text())")
        #expect(try project.query(policies) == "0")
      }
      try window.clear()
      try window.type("dbtool policies apply; echo exit $?")
      #expect(window.wait(for: "[y/N]"))
      try window.type("y")
      #expect(window.wait(for: "exit 0"), "\(window.text())")
      #expect(try project.query(policies) == "2")
    }
  }

  @Test("init asks what no option says, again where an answer is not fit, and writes what was said")
  func initialise() throws {
    try withBareProject { project in
      let window = try window(project)
      try window.type("dbtool init --role shop_app; echo exit $?")
      let answers: [(question: String, answer: String)] = [
        ("[ephemeral:dev]", ""), ("[tenant_id]", "id"), ("has a column id already", "org \"id\""),
        ("[app.current_tenant_id]", "org"), ("cannot be a setting", "app.org"),
        ("[uuid]", "serial"), ("none of uuid, bigint, text", "BIGINT"), ("[none]", "github"),
      ]
      for (question, answer) in answers {
        #expect(window.wait(for: question), "\(question): \(window.text())")
        try window.type(answer)
      }
      #expect(window.wait(for: "exit 0"), "\(window.text())")
      let written = try project.read("dbtool.yaml")
      for line in [
        "url: \"ephemeral:dev\"", "column: \"org \\\"id\\\"\"", "setting: app.org", "type: bigint",
        "roles: [shop_app]",
      ] {
        #expect(written.contains(line), "\(line): \(written)")
      }
      #expect(project.exists(".github/workflows/dbtool.yml"))
    }
  }

  @Test(
    "init that is interrupted, or whose answers end, writes nothing", arguments: ["C-c", "C-d"])
  func abandoned(key: String) throws {
    try withBareProject { project in
      let window = try window(project)
      try window.type("dbtool init; echo exit $?")
      #expect(window.wait(for: "[ephemeral:dev]"))
      try window.press(key)
      #expect(window.wait(for: key == "C-c" ? "exit 130" : "exit 2"), "\(window.text())")
      #expect(!project.exists("dbtool.yaml"))
    }
  }
}
