import TestSupport
import Testing

@Suite("Usage and configuration", .besideOthers)
struct UsageTests {
  @Test("help and the version are no errors", arguments: ["--help", "-h", "help", "--version"])
  func help(argument: String) throws {
    let outcome = try Tool.run([argument], directory: "/")
    #expect(outcome.status == 0 && outcome.stderr.isEmpty && !outcome.stdout.isEmpty)
  }

  @Test(
    "what is typed wrongly ends with 2 and is told on standard error",
    arguments: [
      ["migrate", "up", "--frobnicate"], ["frobnicate"], ["migrate", "up", "extra"],
      ["migrate", "up", "--to", "x"], ["migrate", "down", "--steps", "0"],
      ["migrate", "down", "--to", "1", "--steps", "1"], ["migrate", "up", "--format", "xml"],
      ["verify-rls", "--role"], ["new"],
    ])
  func wrongArguments(arguments: [String]) throws {
    let outcome = try Tool.run(arguments, directory: "/")
    #expect(outcome.status == 2 && outcome.stdout.isEmpty, "\(outcome)")
    #expect(outcome.stderr.hasPrefix("dbtool: error: "), "\(outcome)")
  }

  @Test("lint needs no database, ends with 1 for an error, and is told in the file what is allowed")
  func lint() throws {
    try withBareProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint PRIMARY KEY, b char(3))")
      let warned = try project.run("lint")
      #expect(warned.status == 0 && warned.stdout.contains("[char-column]"), "\(warned)")
      #expect(try project.run("lint", "--strict").status == 1)
      try project.migration("2_b", "DROP TABLE public.a")
      let refused = try project.run("lint", "--format", "json")
      #expect(refused.status == 1 && refused.stdout.contains("\"rule\" : \"drop-table\""))
      try project.migration(
        "2_b", "-- dbtool: allow=drop-table reason=never used\nDROP TABLE public.a")
      #expect(try project.run("lint", "migrations/2_b.up.sql").status == 0)
      try project.write("dbtool.yaml", "lint:\n  rules:\n    char-colum: off\n")
      let misspelt = try project.run("lint")
      #expect(misspelt.status == 2 && misspelt.stderr.contains("char-column"), "\(misspelt)")
    }
  }

  @Test("without a database there is a hint at the ways to name one")
  func noURL() throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      // An empty variable is as good as none.
      for environment in [[:], ["DATABASE_URL": ""]] {
        let outcome = try project.run("migrate", "up", environment: environment)
        #expect(outcome.status == 2)
        for way in ["--url", "DATABASE_URL", "dbtool.yaml", "ephemeral:"] {
          #expect(outcome.stderr.contains(way), "\(outcome)")
        }
      }
    }
  }

  @Test("an empty DATABASE_URL does not hide the URL of dbtool.yaml")
  func emptyVariable() throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      try project.write("dbtool.yaml", "url: postgres://127.0.0.1:1/x\n")
      let outcome = try project.run("migrate", "up", environment: ["DATABASE_URL": ""])
      #expect(outcome.status == 3, "\(outcome)")
    }
  }

  @Test("an unknown environment is refused with the names of the known ones")
  func environment() throws {
    try withExample { project in
      let outcome = try project.run("migrate", "up", "--env", "prod")
      #expect(outcome.status == 2)
      #expect(outcome.stderr.contains("no environment \"prod\"") && outcome.stderr.contains("dev"))
    }
  }

  @Test(
    "a mistake in dbtool.yaml is told with file and line",
    arguments: [
      ("tenancy:\n  column: a\n  colour: b\n", "dbtool.yaml:3: tenancy.colour"),
      ("\nmigration: x\n", "dbtool.yaml:2: migration is not"),
      ("url: [a]\n", "dbtool.yaml:1: url must be one value"),
      ("- a\n", "dbtool.yaml:1: the file must hold keys"),
      ("url: ephemeral:\n", "next: put a value that holds a colon into quotes"),
      ("url: a\nurl: b\n", "dbtool.yaml:2: the key url stands twice"),
      ("tenancy:\n  exempt:\n    t: []\n", "tenancy.exempt.t must be the reason"),
    ])
  func configuration(yaml: String, message: String) throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      try project.write("dbtool.yaml", yaml)
      let outcome = try project.run("migrate", "up")
      #expect(outcome.status == 2 && outcome.stderr.contains(message), "\(outcome)")
    }
  }

  @Test("a configuration that cannot be read is told with the reason")
  func unreadable() throws {
    try withBareProject { project in
      let missing = try project.run("migrate", "up", "--config", "no.yaml")
      #expect(missing.status == 2)
      #expect(missing.stderr.contains("no.yaml cannot be read: there is no such file"))
      let folder = try project.run("migrate", "up", "--config", ".")
      #expect(folder.status == 2 && folder.stderr.contains("it is a folder"), "\(folder)")
      _ = try project.shell("ln -s nowhere.yaml dbtool.yaml")
      let link = try project.run("migrate", "up")
      #expect(link.status == 2 && link.stderr.contains("dbtool.yaml cannot be read"), "\(link)")
    }
  }

  @Test("paths in the configuration start from its folder, and spaces in them are nothing special")
  func relativeConfiguration() throws {
    try withBareProject { project in
      try project.write("my project/sql files/1_a.up.sql", "")
      try project.write("my project/dbtool.yaml", "migrations: sql files\n")
      let outcome = try project.run("migrate", "up", "--config", "my project/dbtool.yaml")
      #expect(outcome.status == 2)
      #expect(outcome.stderr.contains("my project/sql files/1_a.up.sql: the file holds no SQL"))
    }
  }

  @Test("a folder that is gone is told as that")
  func folderGone() throws {
    try withBareProject { project in
      let outcome = try project.shell("mkdir x; cd x; rmdir ../x; \"$dbtool\" new some_name")
      #expect(outcome.status == 2 && outcome.stderr.contains("the current folder is gone"))
    }
  }

  @Test("errors as JSON go to standard output, with the exit code")
  func jsonErrors() throws {
    try withBareProject { project in
      let cases: [([String], Int)] = [
        (["migrate", "up", "--frobnicate"], 2), (["migrate", "up"], 2),
        (["dev", "url"], 2), (["dev", "start", "../x"], 2),
        (["migrate", "up", "--config", "no.yaml"], 2),
      ]
      for (arguments, code) in cases {
        let outcome = try project.run(arguments + ["--format", "json"])
        #expect(outcome.status == code && outcome.stderr.isEmpty, "\(outcome)")
        let error = try outcome.jsonError()
        #expect(error["exitCode"] as? Int == code)
        #expect((error["message"] as? String)?.isEmpty == false)
      }
    }
  }
}
