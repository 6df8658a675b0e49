import Foundation
import Reports
import TestSupport
import Testing

@Suite(
  "In a real terminal", .besideOthers,
  .enabled(if: TerminalWindow.program != nil, "tmux is not installed: scripts/bootstrap test"))
struct TerminalTests {
  /// A window in the project's folder, in which `dbtool` is the one that was built.
  private func window(
    _ project: Project, columns: Int = 100, rows: Int = 50, environment: [String: String] = [:]
  ) throws -> TerminalWindow {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    var variables = ["PATH": (Tool.path as NSString).deletingLastPathComponent + ":" + path]
    variables["DATABASE_URL"] = project.url
    return try TerminalWindow(
      columns: columns, rows: rows, environment: variables.merging(environment) { $1 },
      directory: project.directory)
  }

  @Test("progress shows after a second with the time it takes, and is gone when the work is done")
  func progress() throws {
    try withProject { project in
      try project.migration("1_quick", "CREATE TABLE a (x int)")
      try project.migration("2_slow", "SELECT pg_sleep(2.5)")
      let window = try window(project)
      try window.type("dbtool migrate up; echo exit $?")
      #expect(window.wait(for: "up  2_slow  (2 of 2)  2 s"), "\(window.text())")
      #expect(window.wait(for: "exit 0"))
      let text = window.text()
      #expect(!text.contains("(2 of 2)") && !text.contains("(1 of 2)"), "\(text)")
      #expect(text.contains("\nmigrations: 2 applied\nexit 0"), "\(text)")
    }
  }

  @Test("--quiet, JSON and what is quick show no progress", arguments: ["-q", "--format json"])
  func silence(option: String) throws {
    try withProject { project in
      try project.migration("1_slow", "SELECT pg_sleep(2)")
      let window = try window(project)
      try window.type("dbtool migrate up \(option); echo exit $?")
      var seen = ""
      #expect(
        eventually {
          seen += window.text()
          return seen.contains("exit 0")
        })
      #expect(!seen.contains("(1 of 1)"), "\(seen)")
    }
  }

  @Test("verify-rls --mutate tells how many mutants were tried")
  func mutants() throws {
    try withExample { project in
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply").status == 0)
      let window = try window(project)
      try window.type(
        "dbtool verify-rls --mutate --tables '*.rooms' '*.guests' '*.bookings'; echo exit $?")
      let sawMutants = eventually(within: 40) {
        window.text().contains(/verify-rls: \d+ of \d+ mutants  \d+ s/)
          || window.text().contains("exit 0")
      }
      #expect(sawMutants && !window.text().contains("exit 0"), "\(window.text())")
      #expect(window.wait(for: "exit 0", within: 60))
      #expect(!window.text().contains(/of \d+ mutants\ \ /), "\(window.text())")
    }
  }

  @Test("Ctrl-C ends with 130 on a clean line, and leaves no server")
  func interrupt() throws {
    try withBareProject { project in
      let server = try ServerProbe(project, sleeps: true)
      let window = try window(project)
      try window.type("dbtool migrate up --url ephemeral:; echo exit $?")
      try server.find()
      #expect(window.wait(for: "(1 of 1)"), "\(window.text())")
      try window.press("C-c")
      #expect(window.wait(for: "exit 130"), "\(window.text())")
      let text = window.text()
      #expect(!text.contains("(1 of 1)") && !text.contains("^Cdbtool"), "\(text)")
      #expect(text.contains("\ndbtool: stopping"), "\(text)")
      #expect(server.isGone)
    }
  }

  @Test("no line of a table breaks in a narrow window, and nothing is cut")
  func narrow() throws {
    try withExample { project in
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply").status == 0)
      for columns in [40, 60, 100] {
        let window = try window(project, columns: columns, rows: 200)
        for command in ["migrate status", "lint --explain list", "doctor", "verify-rls"] {
          try window.clear()
          // What is typed must not break either.
          try project.write("run", "dbtool \(command); echo end of it")
          try window.type(". ./run")
          #expect(window.wait(for: "\nend of it"))
          // A line that the terminal had to break is another one when it is joined.
          let (shown, joined) = (window.text(), window.text(joinsWrapped: true))
          #expect(shown == joined, "\(columns): \(command)")
        }
        let text = window.text()
        for name in ["public.property_amenities", "public.booking_notes", "not granted", "tenancy"]
        {
          #expect(text.contains(name), "\(columns): \(text)")
        }
      }
    }
  }

  @Test("colours are on the terminal, and neither in a pipe nor where they are not wanted")
  func colours() throws {
    try withProject { project in
      try project.migration("1_a", "SELECT 1")
      let window = try window(project)
      func shown(_ command: String) throws -> String {
        try window.clear()
        try window.type("\(command); echo 'end' of it")
        _ = window.wait(for: "\nend of it")
        return window.text(withColours: true)
      }
      let green = "\u{1B}[32m"
      let (red, yellow) = ("\u{1B}[1m\u{1B}[31m", "\u{1B}[33m")
      #expect(try shown("dbtool migrate status").contains(yellow))
      let error = try shown("dbtool migrate frob")
      #expect(error.contains(red), "\(error.debugDescription)")
      #expect(try shown("dbtool migrate up").contains(green))
      for command in [
        "dbtool migrate status | cat", "dbtool migrate status --no-color",
        "NO_COLOR=1 dbtool migrate status", "TERM=dumb dbtool migrate status",
        "CLICOLOR=0 dbtool migrate status",
      ] {
        let text = try shown(command)
        #expect(!text.contains(green) && text.contains("up to date"), "\(command): \(text)")
      }
      // Standard error is still a terminal there, and the other way round.
      #expect(try shown("dbtool migrate frob | cat").contains(red))
      #expect(try shown("dbtool migrate status 2> /dev/null").contains(green))
      #expect(try shown("FORCE_COLOR=1 dbtool migrate status | cat").contains(green))
    }
  }

  @Test("tables are not cut in pipes, however narrow the window is")
  func pipes() throws {
    try withProject { project in
      try project.migration("1_a_migration_with_quite_a_long_name", "SELECT 1")
      let window = try window(project, columns: 30)
      try window.type("dbtool migrate status | cat > out; dbtool migrate status; echo 'end' of it")
      #expect(window.wait(for: "\nend of it"))
      let first = try #require(project.read("out").split(separator: "\n").first)
      #expect(
        first.split(separator: " ").joined(separator: " ")
          == "version name state applied at took by")
      #expect(!window.text().contains("version"))
    }
  }

  @Test("COLUMNS goes before the window's own width")
  func columns() throws {
    try withProject { project in
      try project.migration("1_a_migration_with_quite_a_long_name", "SELECT 1")
      let window = try window(project, columns: 100)
      try window.type("COLUMNS=30 dbtool migrate status; echo 'end' of it")
      #expect(window.wait(for: "\nend of it"))
      #expect(window.text().contains("\n  name        a_migration"), "\(window.text())")
    }
  }

  @Test("the width of characters is what the terminal takes it for")
  func widths() throws {
    try withBareProject { project in
      let window = try window(project)
      for text in ["客户", "한국", "äöü", "e\u{301}e", "🏨🛏", "Ａｱ", "א", "日本語テキスト", "👍"] {
        try window.clear()
        try window.type("PS1=; printf '\\r%s' '\(text)'")
        #expect(
          eventually { window.cursorColumn == DisplayWidth.of(text) },
          "\(text): \(window.cursorColumn)")
      }
    }
  }
}
