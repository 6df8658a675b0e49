import Foundation
import TestSupport
import Testing

@Suite("A project made from nothing", .besideOthers)
struct InitTests {
  /// One server for roles of all names: those of the shared one are everybody's.
  private static let server = Result {
    // With it goes every server of this process in the end.
    _ = try TestServer.shared
    return try TestServer.dedicated()
  }

  /// Runs `body` in an empty folder with a database of its own.
  private func withFolder(_ body: (Project) throws -> Void) throws {
    let database = try Self.server.get().makeDatabase()
    defer { try? database.drop() }
    try withTemporaryDirectory { try body(Project(directory: $0, database: database)) }
  }

  @Test(
    "everything in it runs, whatever the names and the type are",
    arguments: [
      [], ["--tenant-type", "bigint", "--role", "bigint_app"],
      ["--tenant-type", "text", "--tenant-setting", "App.Tenant$1", "--role", "user"],
      ["--tenant-column", "we\"ird's col", "--role", "ro\"le '$$ x"],
      ["--tenant-column", "Ünï: #客", "--role", "$body1$ $$", "--tenant-type", "text"],
      ["--tenant-column", "true", "--role", "123", "--tenant-type", "bigint"],
      [
        "--tenant-column", String(repeating: "c", count: 63),
        "--role", String(repeating: "r", count: 63),
      ],
    ])
  func runs(options: [String]) throws {
    try withFolder { project in
      let made = try project.run(["init", "--yes"] + options)
      #expect(made.status == 0 && made.stderr.isEmpty, "\(made)")
      for command in [
        ["lint", "--strict"], ["migrate", "up"], ["policies", "apply", "--allow-loosening"],
        ["policies", "check"], ["seed"], ["verify-rls", "--strict"],
        ["migrate", "status", "--check"],
      ] {
        let outcome = try project.run(command)
        #expect(outcome.status == 0, "\(command): \(outcome)")
      }
      #expect(try project.query("SELECT count(*) FROM projects") == "2")
    }
  }

  @Test("it can be taken back, no mutant survives, and doctor has nothing to say")
  func proven() throws {
    try withFolder { project in
      #expect(try project.run("init", "--yes").status == 0)
      for command in [
        ["migrate", "up"], ["policies", "apply", "--allow-loosening"],
        ["verify-rls", "--mutate", "--strict"], ["migrate", "up", "--check-down"],
      ] {
        let outcome = try project.run(command)
        #expect(outcome.status == 0, "\(command): \(outcome)")
      }
    }
  }

  @Test(
    "what cannot be a name is refused before anything is written",
    arguments: [
      ["--tenant-column", ""], ["--tenant-column", "id"], ["--tenant-column", "xmin"],
      ["--tenant-column", String(repeating: "x", count: 64)], ["--tenant-column", "${tenant_id}"],
      ["--tenant-column", "a\u{202E}b"], ["--role", "pg_mine"], ["--role", "public"],
      ["--role", "a\nb"], ["--tenant-setting", "tenant"], ["--tenant-setting", "app.x; DROP"],
      ["--tenant-setting", "app."], ["--tenant-type", "int"], ["--ci", "jenkins"],
      ["--url", "nonsense"], ["--config", "x.yaml"], ["--env", "dev"],
    ])
  func refusals(options: [String]) throws {
    try withBareProject { project in
      let outcome = try project.run(["init", "--yes"] + options)
      #expect(outcome.status == 2 && outcome.stderr.hasPrefix("dbtool: error: "), "\(outcome)")
      #expect(!project.exists("dbtool.yaml") && !project.exists("migrations"))
    }
  }

  @Test("without a terminal and without --yes nothing is guessed")
  func nobodyThere() throws {
    try withBareProject { project in
      let outcome = try project.run("init")
      #expect(outcome.status == 2 && outcome.stderr.contains("give --yes"), "\(outcome)")
      #expect(!project.exists("dbtool.yaml"))
    }
  }

  @Test("files that are there stay as they are, and are listed; what is missing is written")
  func keepsFiles() throws {
    try withBareProject { project in
      try project.write(".gitignore", "node_modules")
      try project.write("seeds/mine.sql", "SELECT 1")
      let first = try project.run("init", "--yes", "--directory", ".")
      #expect(first.status == 0, "\(first)")
      #expect(try project.read(".gitignore") == "node_modules\n.dbtool/\n")
      #expect(first.stdout.contains("kept     seeds/"), "\(first)")
      #expect(!project.exists("seeds/010_tenants.sql"))

      try project.write("policies/isolation.yaml", "mine")
      let second = try project.run("init", "--yes", "--ci", "gitlab", "--format", "json")
      let json = try second.json()
      #expect(json["created"] as? [String] == [".gitlab-ci.yml"])
      let kept = try #require(json["kept"] as? [String])
      #expect(kept == ["dbtool.yaml", "migrations/", "policies/", "seeds/", ".gitignore"])
      #expect(try project.read("policies/isolation.yaml") == "mine")

      let other = try project.run("init", "--yes", "--tenant-column", "org_id")
      #expect(other.status == 2 && other.stderr.contains("is there already"), "\(other)")
    }
  }

  @Test("a dbtool.yaml that is there says what the files that are missing are like")
  func completes() throws {
    try withFolder { project in
      try project.write(
        "dbtool.yaml",
        "tenancy: {column: org_id, setting: app.org, type: bigint, roles: [shop_app]}\n")
      let made = try project.run("init", "--yes", "--directory", project.directory)
      #expect(made.status == 0, "\(made)")
      for command in [
        ["migrate", "up"], ["policies", "apply", "--allow-loosening"], ["verify-rls"],
      ] {
        let outcome = try project.run(command)
        #expect(outcome.status == 0, "\(command): \(outcome)")
      }
      #expect(
        try project.query("SELECT pg_get_expr(polqual, polrelid) FROM pg_policy LIMIT 1")?
          .contains("app.org") == true)
    }
  }

  @Test("a database with tables is taken over by the commands that it names")
  func existing() throws {
    try withFolder { project in
      try project.execute(
        """
        CREATE TABLE tenants (id uuid PRIMARY KEY);
        CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
        CREATE ROLE old_app;
        GRANT SELECT ON tenants, orders TO old_app;
        """)
      let url = try #require(project.url)
      let made = try project.run("init", "--yes", "--url", url, "--role", "old_app")
      #expect(made.status == 0 && made.stdout.contains("the database has 2 tables"), "\(made)")
      #expect(!project.exists("seeds") && !project.exists("policies"))
      // The URL holds a password.
      #expect(!(try project.read("dbtool.yaml")).contains("postgres://postgres"))
      #expect(made.stdout.contains("set DATABASE_URL"))
      let next = made.stdout.split(separator: "\n").filter { $0.hasPrefix("  dbtool ") }
      #expect(next.count == 5, "\(next)")
      for line in next.prefix(4) {
        let command = line.split(separator: " ").dropFirst().map(String.init)
        let outcome = try project.run(command + (command.contains("baseline") ? ["--yes"] : []))
        #expect(outcome.status == 0, "\(command): \(outcome)")
      }
      #expect(try project.run("migrate", "status", "--check").status == 0)
      // There is no row-level security yet.
      #expect(try project.run("verify-rls").status == 1)
    }
  }

  @Test("a server of another tool's migrations is taken over by adopt")
  func adopted() throws {
    try withFolder { project in
      try project.execute(
        """
        CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
        CREATE TABLE a (id int);
        """)
      let url = try #require(project.url)
      let made = try project.run("init", "--yes", "--url", url)
      #expect(made.stdout.contains("dbtool migrate adopt --from"), "\(made)")
    }
  }
}
