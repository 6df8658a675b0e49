import Foundation
import TestSupport
import Testing

@Suite("What is written where", .besideOthers)
struct OutputTests {
  @Test("a pipe or a link at the place of the output stays what it is")
  func placeOfOutput() throws {
    try withBareProject { project in
      let piped = try project.shell(
        "mkfifo pipe; cat pipe > read & \"$dbtool\" metrics cost --tenants 5 --output pipe; wait; "
          + "test -p pipe && grep -c 'layout split' read")
      #expect(piped.status == 0 && piped.stdout == "1\n", "\(piped)")
      let linked = try project.shell(
        "ln -s real link; echo old > real; \"$dbtool\" metrics cost --tenants 5 --output link; "
          + "test -L link && grep -c 'layout split' real")
      #expect(linked.status == 0 && linked.stdout == "1\n", "\(linked)")
    }
  }

  @Test("there are no colour codes in what is not a terminal")
  func colours() throws {
    try withProject { project in
      try project.migration("1_a", "SELECT 1")
      try project.execute("CREATE TABLE a (tenant_id int); GRANT ALL ON a TO app_user;")
      for command in [
        ["migrate", "status"], ["migrate", "up", "-v"], ["verify-rls", "--role", "app_user"],
        ["--help"], ["migrate", "frob"],
      ] {
        let outcome = try project.run(command, environment: ["TERM": "xterm-256color"])
        #expect(!outcome.text.isEmpty && !outcome.text.contains("\u{1B}"), "\(outcome)")
      }
    }
  }

  @Test("--output takes the result, in a file with whatever name, and leaves the rest where it was")
  func outputFile() throws {
    try withProject { project in
      try project.migration("1_a", "SELECT 1")
      for name in ["out.json", "with space \"quote\" '\n\u{202E}.json"] {
        let outcome = try project.run("migrate", "status", "--format", "json", "--output", name)
        #expect(outcome.status == 0 && outcome.text.isEmpty, "\(outcome)")
        let written = Outcome(status: 0, stdout: try project.read(name), stderr: "")
        #expect(try written.json()["upToDate"] as? Bool == false)
      }
    }
  }

  @Test("an --output that cannot be written is refused before anything is done")
  func unwritableOutput() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE a (x int)")
      for name in ["no/such/folder", ".", "", "migrations/1_a.up.sql/x"] {
        let outcome = try project.run("migrate", "up", "--output", name)
        #expect(outcome.status == 2 && outcome.stderr.contains("cannot be written"), "\(outcome)")
        #expect(!outcome.stderr.contains("NSCocoaErrorDomain"))
      }
      #expect(try project.query("SELECT to_regclass('a')::text") == nil)
    }
  }

  @Test("--quiet leaves the result and errors only")
  func quiet() throws {
    try withProject { project in
      try project.migration("1_a", "SELECT 1")
      #expect(try project.run("migrate", "up", "--quiet").text == "migrations: 1 applied\n")
      try project.migration("2_b", "SELCT 1")
      #expect(try project.run("migrate", "up", "--quiet").stderr.contains("syntax error"))
    }
  }

  @Test("a reader that goes early does no harm, and a disk that is full is told")
  func readers() throws {
    try withProject { project in
      for version in 1...300 { try project.migration("\(version)_\(version)", "SELECT 1") }
      let head = try project.shell(
        "{ \"$dbtool\" migrate status; echo \"ended $?\" >&2; } | head -c 10")
      #expect(head.stdout.utf8.count == 10 && head.stderr == "ended 0\n", "\(head)")
      guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
      let full = try project.shell("\"$dbtool\" migrate status > /dev/full")
      #expect(full.status == 2 && full.stderr.contains("No space left"), "\(full)")
    }
  }

  @Test(
    "streams that the caller closed are not mistaken for the connection to the database",
    arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
  func closedStreams(redirection: String) throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE a (x int)")
      try project.migration("2_b", "CREATE TABLE b (x int)")
      let outcome = try project.shell("\"$dbtool\" migrate up \(redirection)")
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try project.query("SELECT count(*) FROM dbtool.migrations") == "2")
    }
  }

  @Test("completions are there for the shells", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try Tool.run(["--generate-completion-script", shell], directory: "/")
    #expect(outcome.status == 0 && outcome.stderr.isEmpty)
    for word in ["migrate", "verify-rls", "tenant-column"] {
      #expect(outcome.stdout.contains(word))
    }
  }

  @Test("messages are the same in a locale that knows ASCII only")
  func locale() throws {
    try withProject { project in
      try project.migration("1_übung", "SELECT 1")
      try project.migration("2_b", "SELECT 'ä' ; SELCT")
      for locale in ["C", "C.UTF-8"] {
        let outcome = try project.run("migrate", "up", environment: ["LC_ALL": locale])
        #expect(outcome.stderr.contains("migrations/2_b.up.sql:1:14: syntax"), "\(outcome)")
      }
    }
  }
}
