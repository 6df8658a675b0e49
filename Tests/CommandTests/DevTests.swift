import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Local servers from the command line", .besideOthers)
struct DevTests {
  /// Runs `body` in a project whose server `name` is removed at the end.
  private func withServer(_ name: String, _ body: (Project) throws -> Void) throws {
    try withBareProject { project in
      defer { _ = try? project.run("dev", "stop", name, "--remove") }
      try body(project)
    }
  }

  @Test("dev starts, names, opens, stops and removes a server, each step as often as one likes")
  func life() throws {
    try withServer("one") { project in
      #expect(try project.run("dev", "url", "one").status == 2)
      #expect(try project.run("dev", "psql", "one").status == 2)
      let start = try project.run("dev", "start", "one", "--format", "json")
      let port = try start.json()["port"] as? Int
      #expect(start.status == 0 && port != nil)
      let again = try project.run("dev", "start", "one", "--format", "json")
      #expect(try again.json()["port"] as? Int == port)

      let url = try project.run("dev", "url", "one")
      #expect(url.status == 0 && url.stdout.hasPrefix("postgres://"), "\(url)")
      let psql = try project.shell("psql -Atc 'SELECT 6*7' \"$(\"$dbtool\" dev url one)\"")
      #expect(psql.stdout == "42\n", "\(psql)")

      // Arguments with spaces, standard input and the exit code all pass through.
      let passed = try project.shell(
        "echo \"SELECT :'a'\" | \"$dbtool\" dev psql one -- -At -v 'a=b  c'")
      #expect(passed.status == 0 && passed.stdout == "b  c\n", "\(passed)")
      #expect(try project.run("dev", "psql", "one", "--", "-c", "selct").status == 1)
      #expect(try project.run("dev", "psql", "one", "--", "-f", "no such file").status != 0)

      #expect(try project.run("dev", "stop", "one").stdout == "one stopped\n")
      #expect(try project.run("dev", "stop", "one").stdout == "one was not running\n")
      let removed = try project.run("dev", "stop", "one", "--remove")
      #expect(removed.stdout == "one was not running, removed\n")
      #expect(!project.exists(".dbtool/one"))
      let nothing = try project.run("dev", "stop", "one", "--remove")
      #expect(nothing.status == 0 && nothing.stdout == "one was not running\n")
    }
  }

  #if os(Linux)
    @Test("a server that is gone without a word is asked for after 30 seconds, not two hours")
    func keepalive() throws {
      try withServer("alive") { project in
        #expect(try project.run("dev", "start", "alive").status == 0)
        let url = try project.run("dev", "url", "alive").stdout
        let session = try LibPQConnection(
          conninfo: url.trimmingCharacters(in: .whitespacesAndNewlines))
        defer { session.close() }
        let port = try #require(
          try session.execute("SELECT inet_client_port()").scalar.flatMap { Int($0) })
        // proc(5): the local address, and the timer that runs, with what is left of it.
        let digits = String(port, radix: 16, uppercase: true)
        let address = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
        let table = try project.shell("cat /proc/net/tcp").stdout
        let row = try #require(
          table.split(separator: "\n").map { $0.split(separator: " ") }.first {
            $0.count > 6 && $0[1] == address
          })
        let timer = row[5].split(separator: ":")
        #expect(timer.first == "02", "no keepalive timer runs: \(row)")
        let hundredths = try #require(timer.last.flatMap { Int($0, radix: 16) })
        #expect(hundredths > 0 && hundredths <= 3_000, "\(hundredths)")
      }
    }
  #endif

  @Test(
    "a name that could be a path or an option is refused with 2",
    arguments: [
      "../x", "", "A", "a b", "a/b", ".", "x\"; --", "é", String(repeating: "x", count: 41),
    ])
  func names(name: String) throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      for arguments in [["dev", "start", "--", name], ["dev", "stop", "--remove", "--", name]] {
        let outcome = try project.run(arguments)
        #expect(outcome.status == 2 && outcome.stderr.contains("name"), "\(outcome)")
      }
      if !name.isEmpty {
        #expect(try project.run("migrate", "up", "--url", "ephemeral:\(name)").status == 2)
      }
      #expect(!project.exists(".dbtool"))
    }
  }

  @Test("ephemeral:NAME keeps its data between commands and leaves no server running")
  func named() throws {
    try withServer("kept") { project in
      try project.migration("1_a", "CREATE TABLE a (x int)")
      let up = try project.run("migrate", "up", "--url", "ephemeral:kept")
      #expect(up.status == 0 && up.stdout == "migrations: 1 applied\n", "\(up)")
      #expect(try project.run("dev", "url", "kept").status == 2)
      let again = try project.run("migrate", "up", "--url", "ephemeral:kept")
      #expect(again.status == 0 && again.stdout == "up to date\n", "\(again)")
    }
  }

  @Test("ephemeral:NAME leaves a server running that dev has started")
  func shared() throws {
    try withServer("up") { project in
      try project.migration("1_a", "CREATE TABLE a (x int)")
      #expect(try project.run("dev", "start", "up").status == 0)
      #expect(try project.run("migrate", "up", "--url", "ephemeral:up").status == 0)
      let count = try project.run("dev", "psql", "up", "--", "-Atc", "SELECT count(*) FROM a")
      #expect(count.stdout == "0\n", "\(count)")
    }
  }

  @Test("DBTOOL_TMPDIR says where throwaway servers lie; what cannot be a place is refused")
  func place() throws {
    try withBareProject { project in
      try project.migration(
        "1_x",
        "DO $$ BEGIN RAISE EXCEPTION 'it is %', current_setting('data_directory'); END $$;")
      // Where root starts it, the server's account has to get there as well.
      let folder = "/tmp/dbtool-t-\(getpid())"
      let made = try project.shell("mkdir -m 755 \(folder)")
      defer { _ = try? project.shell("rm -rf \(folder)") }
      #expect(made.status == 0, "\(made)")
      let arguments = ["migrate", "up", "--url", "ephemeral:"]
      let there = try project.run(arguments, environment: ["DBTOOL_TMPDIR": folder])
      #expect(there.stderr.contains("it is \(folder)/dbtool-"), "\(there)")
      for wrong in ["here", "/" + String(repeating: "x", count: 40), "/no/such/place"] {
        let refused = try project.run(arguments, environment: ["DBTOOL_TMPDIR": wrong])
        #expect(refused.status != 0 && refused.stderr.contains(wrong), "\(refused)")
      }
    }
  }

  @Test("a throwaway server needs neither HOME nor PATH")
  func bareEnvironment() throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      let outcome = try project.shell("exec env -i \"$dbtool\" migrate up --url ephemeral:")
      #expect(outcome.status == 0 && outcome.stdout == "migrations: 1 applied\n", "\(outcome)")
    }
  }
}
