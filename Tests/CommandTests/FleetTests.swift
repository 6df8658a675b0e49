import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Several databases", .besideOthers)
struct FleetTests {
  /// Runs `body` with a project of three targets, `a`, `b` and `c`, in databases of their own.
  private func withFleet(_ body: (Project, [TestDatabase]) throws -> Void) throws {
    try withBareProject { project in
      try TestServer.shared.withDatabase { _, a in
        try TestServer.shared.withDatabase { _, b in
          try TestServer.shared.withDatabase { _, c in
            try project.write(
              "dbtool.yaml",
              "targets:\n  a:\n    url: \"\(a.conninfo)\"\n  b:\n    url-from: URL_OF_B\n"
                + "  c:\n    url: \"\(c.conninfo)\"\n")
            try project.migration("1_a", "CREATE TABLE public.a (id bigint)")
            try project.migration("2_b", "CREATE TABLE public.b (id bigint)")
            try body(project, [a, b, c])
          }
        }
      }
    }
  }

  private func tables(_ database: TestDatabase) throws -> String? {
    let connection = try database.connect()
    defer { connection.close() }
    return try connection.execute(
      "SELECT string_agg(tablename, ',' ORDER BY 1) FROM pg_tables WHERE schemaname = 'public'"
    ).scalar
  }

  @Test("all targets are migrated, side by side, and a second time nothing is to do")
  func all() throws {
    try withFleet { project, databases in
      let environment = ["URL_OF_B": databases[1].conninfo]
      let first = try project.run(
        ["migrate", "up", "--target", "all", "--parallel", "3"], environment: environment)
      #expect(first.status == 0, "\(first)")
      for database in databases { #expect(try tables(database) == "a,b") }
      let second = try project.run(
        ["migrate", "up", "--target", "all", "--format", "json"], environment: environment)
      #expect(second.status == 0 && second.stdout.contains("\"applied\" : 0"), "\(second)")
      #expect(!second.stdout.contains("\"applied\" : 2"))
    }
  }

  @Test("after a failure the others are not begun, unless --keep-going; the next run goes on")
  func failure() throws {
    try withFleet { project, databases in
      let environment = ["URL_OF_B": databases[1].conninfo]
      let connection = try databases[1].connect()
      try connection.execute("CREATE TABLE public.b (already integer)")
      let stopped = try project.run(
        ["migrate", "up", "--target", "all", "--parallel", "1"], environment: environment)
      #expect(stopped.status == 3, "\(stopped)")
      #expect(
        stopped.stdout.contains("not begun") && stopped.stdout.contains("42P07"), "\(stopped)")
      #expect(try tables(databases[0]) == "a,b")
      #expect(try tables(databases[2]) == nil)
      let kept = try project.run(
        ["migrate", "up", "--target", "all", "--parallel", "1", "--keep-going"],
        environment: environment)
      #expect(kept.status == 3)
      #expect(try tables(databases[2]) == "a,b")
      try connection.execute("DROP TABLE public.b")
      connection.close()
      let mended = try project.run(["migrate", "up", "--target", "b"], environment: environment)
      #expect(mended.status == 0, "\(mended)")
      #expect(try tables(databases[1]) == "a,b")
    }
  }

  @Test("a target without its variable, an unknown one and one called all are refused at once")
  func usage() throws {
    try withFleet { project, databases in
      let missing = try project.run("migrate", "up", "--target", "all")
      #expect(missing.status == 2 && missing.stderr.contains("URL_OF_B"), "\(missing)")
      #expect(try tables(databases[0]) == nil)
      let unknown = try project.run("migrate", "up", "--target", "d")
      #expect(unknown.status == 2 && unknown.stderr.contains("a, b, c"), "\(unknown)")
      #expect(try project.run("migrate", "up", "--target", "a", "--dry-run").status == 2)
      let both = try project.run("migrate", "up", "--target", "a", "--url", databases[0].url)
      #expect(both.status == 2 && both.stderr.contains("--url"), "\(both)")
      try project.write("dbtool.yaml", "targets:\n  all:\n    url: postgres://x/y\n")
      #expect(try project.run("migrate", "up", "--target", "all").status == 2)
    }
  }

  @Test("schemas of one database are migrated each by itself, with a ledger that goes with them")
  func schemas() throws {
    try withProject { project in
      let url = try #require(project.database).conninfo
      try project.write(
        "dbtool.yaml",
        "targets:\n  one:\n    url: \"\(url)\"\n    schemas: [\"t_*\", \"new \\\"one\\\"\"]\n")
      try project.migration("1_a", "CREATE TABLE a (id int); CREATE VIEW v AS SELECT id FROM a")
      try project.migration(
        "2_b", "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY a_id ON a (id)")
      _ = try project.query("CREATE SCHEMA t_x")
      _ = try project.query("CREATE SCHEMA t_y")
      let up = try project.run("migrate", "up", "--target", "one/t_x")
      #expect(up.status == 0, "\(up)")
      #expect(try project.query("SELECT to_regclass('t_x.a_id')") == "t_x.a_id")
      #expect(try project.query("SELECT to_regclass('t_y.a')") == nil)
      let status = try project.run("migrate", "status", "--target", "all", "--check")
      #expect(status.status == 1, "\(status)")
      #expect(status.stdout.contains("one/t_y") && status.stdout.contains("2 pending"), "\(status)")
      let all = try project.run("migrate", "up", "--target", "all", "--parallel", "3")
      #expect(all.status == 0, "\(all)")
      #expect(try project.query("SELECT count(*) FROM t_y.dbtool_migrations") == "2")
      #expect(try project.query("SELECT count(*) FROM \"new \"\"one\"\"\".v") == "0")
      #expect(try project.query("SELECT to_regnamespace('dbtool')") == nil)
      #expect(try project.run("migrate", "status", "--target", "all", "--check").status == 0)
      // A schema that is made anew is a new one.
      _ = try project.query("DROP SCHEMA t_y CASCADE")
      _ = try project.query("CREATE SCHEMA t_y")
      let again = try project.run("migrate", "up", "--target", "one", "--format", "json")
      #expect(again.stdout.components(separatedBy: "\"applied\" : 2").count == 2, "\(again)")
    }
  }

  @Test(
    "names of schemas that cannot be are refused before anything is done",
    arguments: [
      ("[\"zz_*\"]", "no schema that matches zz_*"),
      ("[\"\(String(repeating: "x", count: 64))\"]", "no name of a schema"), ("[\"\"]", "no name"),
    ])
  func badSchemas(list: String, reason: String) throws {
    try withProject { project in
      let url = try #require(project.database).conninfo
      try project.write(
        "dbtool.yaml", "targets:\n  one:\n    url: \"\(url)\"\n    schemas: \(list)\n")
      try project.migration("1_a", "CREATE TABLE a (id int)")
      let up = try project.run("migrate", "up", "--target", "all")
      #expect(up.status == 2 || up.status == 3, "\(up)")
      #expect(up.stderr.contains(reason), "\(up)")
    }
  }

  @Test("the status of a fleet says which database failed")
  func status() throws {
    try withFleet { project, databases in
      let environment = ["URL_OF_B": "host=127.0.0.1 port=1 connect_timeout=1"]
      let status = try project.run(
        ["migrate", "status", "--target", "all"], environment: environment)
      #expect(status.status == 3, "\(status)")
      #expect(status.stdout.contains("failed") && status.stdout.contains("2 pending"), "\(status)")
      _ = databases
    }
  }
}
