import Postgres
import TestSupport
import Testing

@Suite("Several databases")
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
}
