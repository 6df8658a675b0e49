import TestSupport
import Testing

@Suite("Migration files", .besideOthers, .overBothTransports)
struct MigrationFileTests {
  @Test("a missing folder, an empty file and a version that is taken end with 2")
  func files() throws {
    try withProject { project in
      let missing = try project.run("migrate", "up")
      #expect(missing.status == 2 && missing.stderr.contains("no such folder"))
      try project.migration("1_a", "-- nothing yet\n")
      let empty = try project.run("migrate", "up")
      #expect(empty.status == 2)
      #expect(empty.stderr.contains("migrations/1_a.up.sql: the file holds no SQL"), "\(empty)")
      try project.migration("1_a", "SELECT 1")
      try project.migration("01_b", "SELECT 1")
      let twice = try project.run("migrate", "up")
      #expect(twice.status == 2 && twice.stderr.contains("version 1 is taken by"), "\(twice)")
    }
  }

  @Test("a statement that fails in the middle is shown, leaves nothing, and can be corrected")
  func failingStatement() throws {
    try withProject { project in
      let head = "CREATE TABLE a (x int);\n-- über\n"
      let cases = [
        ("  SELCT 1;", "migrations/1_a.up.sql:3:3: syntax error at or near", "42601", Int32(2)),
        ("  SELECT 1/0;", "migrations/1_a.up.sql:3:3: division by zero", "22012", 3),
      ]
      for (line, message, state, code) in cases {
        try project.migration("1_a", head + line + "\nCREATE TABLE b (x int);\n")
        let outcome = try project.run("migrate", "up")
        #expect(outcome.status == code && outcome.stderr.contains(message), "\(outcome)")
        #expect(outcome.stderr.contains("(SQLSTATE \(state))"), "\(outcome)")
        let error = try project.run("migrate", "up", "--format", "json").jsonError()
        #expect(error["file"] as? String == "migrations/1_a.up.sql")
        #expect(error["line"] as? Int == 3 && error["column"] as? Int == 3)
        #expect(error["sqlstate"] as? String == state)
        #expect(error["exitCode"] as? Int == Int(code))
        #expect(try project.query("SELECT to_regclass('a')::text") == nil)
      }
      try project.migration("1_a", head + "  SELECT 1;\nCREATE TABLE b (x int);\n")
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.query("SELECT to_regclass('b')::text") == "b")
    }
  }

  @Test("mistakes in several files are told all at once")
  func several() throws {
    try withProject { project in
      try project.migration("1_a", "SELCT 1")
      try project.migration("2_b", "SELCT 2")
      let outcome = try project.run("migrate", "up")
      let error = try project.run("migrate", "up", "--format", "json").jsonError()
      for file in ["1_a.up.sql:1:1", "2_b.up.sql:1:1"] {
        #expect(outcome.status == 2 && outcome.stderr.contains(file), "\(outcome)")
        let related = error["related"] as? [String]
        #expect(related?.contains { $0.contains(file) } == true)
      }
    }
  }

  @Test("policies and seeds tell file, line, column and SQLSTATE as migrations do")
  func otherFiles() throws {
    try withProject { project in
      for folder in ["policies", "seeds"] {
        try project.write("\(folder)/1.sql", "SELECT 1;\n  SELECT 1/0")
        let command =
          folder == "seeds"
          ? ["seed", "--role", "app_user", "--tenant", "1"] : ["policies", "apply"]
        let sentence = "\(folder)/1.sql:2:3: division by zero (SQLSTATE 22012)"
        let outcome = try project.run(command)
        #expect(outcome.status == 3 && outcome.stderr.contains(sentence), "\(outcome)")
        let error = try project.run(command + ["--format", "json"]).jsonError()
        #expect(error["message"] as? String == sentence)
        #expect(error["line"] as? Int == 2 && error["sqlstate"] as? String == "22012")
      }
    }
  }

  @Test("an edited file, a file that is gone and a gap are refused, and status --check gives 1")
  func drift() throws {
    try withProject { project in
      try project.migration("10_a", "CREATE TABLE a (x int)")
      let pending = try project.run("migrate", "status", "--check")
      #expect(pending.status == 1 && pending.stdout.contains("1 pending"), "\(pending)")
      #expect(try project.run("migrate", "status").status == 0)
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("migrate", "status", "--check").status == 0)

      try project.migration("10_a", "CREATE TABLE a (x bigint)")
      try project.migration("20_b", "CREATE TABLE b (x int)")
      let edited = try project.run("migrate", "up")
      #expect(edited.status == 2 && edited.stderr.contains("10_a.up.sql"), "\(edited)")
      #expect(try project.query("SELECT to_regclass('b')::text") == nil)
      #expect(try project.run("migrate", "status", "--check").status == 1)

      try project.migration("10_a", "CREATE TABLE a (x int)")
      try project.migration("5_early", "CREATE TABLE early (x int)")
      let gap = try project.run("migrate", "up")
      #expect(gap.status == 2 && gap.stderr.contains("5_early"), "\(gap)")
      #expect(try project.query("SELECT to_regclass('early')::text") == nil)

      try project.remove("migrations/5_early.up.sql")
      try project.remove("migrations/10_a.up.sql")
      let gone = try project.run("migrate", "up")
      #expect(gone.status == 2 && gone.stderr.contains("10"), "\(gone)")
    }
  }

  @Test("the status tells of a migration outside a transaction that was stopped in the middle")
  func partial() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id int)")
      try project.migration(
        "2_b",
        "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY a_id ON public.a (id);\nVACUUM nothing"
      )
      #expect(try project.run("migrate", "up").status == 3)
      let status = try project.run("migrate", "status")
      #expect(status.stdout.contains("partial"), "\(status)")
      #expect(
        status.stdout.contains("2_b was being applied when it was stopped: 1 statement is done"))
      let json = try project.run("migrate", "status", "--check", "--format", "json")
      #expect(json.status == 1 && json.stdout.contains("\"partial\""), "\(json)")
      try project.migration(
        "2_b",
        "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY a_id ON public.a (id);\nVACUUM public.a"
      )
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("migrate", "status", "--check").status == 0)
    }
  }

  @Test("of two runs at once one waits for the other, and both end well")
  func twoRuns() throws {
    try withProject { project in
      try project.migration("1_slow", "CREATE TABLE slow (x int); SELECT pg_sleep(0.7)")
      try project.migration("2_quick", "CREATE TABLE quick (x int)")
      let runs = try [project.start(["migrate", "up"]), project.start(["migrate", "up"])]
      let outcomes = try runs.map { try $0.wait() }
      #expect(outcomes.map(\.status) == [0, 0], "\(outcomes)")
      #expect(outcomes.filter { $0.stderr.contains("waiting for") }.count == 1, "\(outcomes)")
      #expect(outcomes.filter { $0.stdout == "migrations: 2 applied\n" }.count == 1)
      #expect(try project.query("SELECT count(*) FROM dbtool.migrations") == "2")
    }
  }

  @Test("new makes an up and a down file, and neither bad names nor existing files are taken")
  func new() throws {
    try withBareProject { project in
      let made = try project.run("new", "add_guests", "--format", "json")
      let files = try #require(try made.json()["created"] as? [String])
      #expect(made.status == 0 && files.count == 2)
      #expect(files.allSatisfy(project.exists))
      #expect(files.first?.wholeMatch(of: /migrations\/\d{14}_add_guests\.up\.sql/) != nil)
      for name in ["", "Guests", "a b", "../x", "a/b", "é", "-x", "a'b", "a\nb"] {
        let outcome = try project.run("new", "--", name)
        #expect(outcome.status == 2 && !outcome.stderr.contains("created"), "\(outcome)")
      }
      // Within one second too: the second one is the later version.
      let first = try project.run("new", "same").stdout
      let second = try project.run("new", "same").stdout
      #expect(first.contains("_same.up.sql") && first < second, "\(first)\(second)")
    }
  }
}
