import Foundation
import TestSupport
import Testing

@testable import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Interruption", .besideOthers)
struct InterruptionTests {
  private static let sleep = "CREATE TABLE half (x int); SELECT pg_sleep(60)"

  @Test(
    "SIGINT and SIGTERM cancel a long statement on the server, and nothing half applied stays",
    .overBothTransports,
    arguments: [SIGINT, SIGTERM], ["text", "json"])
  func longStatement(signal: Int32, format: String) throws {
    try withProject { project in
      try project.migration("1_first", "CREATE TABLE kept (x int)")
      try project.migration("2_long", Self.sleep)
      let run = try project.start(["migrate", "up", "--format", format])
      let sleeping = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep'
        AND pid <> pg_backend_pid()
        """
      #expect(try eventually { try project.query(sleeping) == "1" })
      let start = ContinuousClock.now
      run.send(signal)
      let outcome = try run.wait()
      #expect(ContinuousClock.now - start < .seconds(3))
      #expect(outcome.status == 130, "\(outcome)")
      #expect(try project.query(sleeping) == "0")
      if format == "json" {
        #expect(try outcome.jsonError()["exitCode"] as? Int == 130)
      } else {
        #expect(outcome.stderr.contains("nothing of this migration was kept"), "\(outcome)")
        // The file is not to blame.
        #expect(!outcome.stderr.contains("correct the file"), "\(outcome)")
      }
      #expect(try project.query("SELECT to_regclass('half')::text") == nil)
      #expect(try project.query("SELECT string_agg(name, ' ') FROM dbtool.migrations") == "first")

      try project.migration("2_long", "CREATE TABLE half (x int)")
      let again = try project.run("migrate", "up")
      #expect(again.status == 0 && again.stdout == "migrations: 1 applied\n", "\(again)")
    }
  }

  @Test("SIGINT while another run is waited for ends the waiting")
  func waiting() throws {
    try withProject { project in
      try project.migration("1_long", Self.sleep)
      let first = try project.start(["migrate", "up"])
      #expect(try eventually { try project.query(Self.holders) == "1" })
      let second = try project.start(["migrate", "up"])
      #expect(eventually { second.stderr.contains("waiting for") })
      second.send(SIGINT)
      #expect(try second.wait().status == 130)
      first.send(SIGINT)
      #expect(try first.wait().status == 130)
    }
  }

  private static let holders = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND query ~ 'pg_sleep[(]' AND pid <> pg_backend_pid()
    """

  @Test(
    "a throwaway server goes with its data when the command ends, is interrupted or has failed",
    arguments: [SIGINT, SIGTERM, SIGHUP, 0])
  func throwaway(signal: Int32) throws {
    try withBareProject { project in
      let server = try ServerProbe(project, sleeps: signal != 0)
      let run = try project.start(["migrate", "up", "--url", "ephemeral:"])
      // Under nohup(1) hang-ups are to be ignored.
      if signal == SIGHUP, try Self.isHangupIgnored(project) { return }
      if signal != 0 {
        try server.find()
        run.send(signal)
      }
      let outcome = try run.wait()
      if signal == 0 { try server.find() }
      #expect(outcome.status == (signal == 0 ? 3 : 130), "\(outcome)")
      #expect(server.isGone)
    }
  }

  private static func isHangupIgnored(_ project: Project) throws -> Bool {
    try project.shell("kill -HUP $$").status == 0
  }

  @Test("SIGINT twice ends the command at once and leaves no server either")
  func twice() throws {
    try withBareProject { project in
      let server = try ServerProbe(project, sleeps: true)
      let run = try project.start(["migrate", "up", "--url", "ephemeral:"])
      try server.find()
      run.send(SIGINT)
      usleep(1_000)
      run.send(SIGINT)
      #expect(try run.wait().status == 130)
      #expect(eventually { server.isGone })
    }
  }

  @Test("SIGINT ends policies, seeds and probes too, and nothing of them stays")
  func otherCommands() throws {
    try withProject { project in
      try project.execute("CREATE TABLE a (tenant_id int); GRANT ALL ON a TO app_user;")
      try project.write("policies/1.sql", "CREATE TABLE half (x int); SELECT pg_sleep(60)")
      try project.write("seeds/1.sql", "INSERT INTO a VALUES (1); SELECT pg_sleep(60)")
      for command in [["policies", "apply"], ["seed", "--role", "app_user", "--tenant", "1"]] {
        let run = try project.start(command)
        #expect(try eventually { try project.query(Self.holders) == "1" })
        run.send(SIGINT)
        #expect(try run.wait().status == 130)
        #expect(try project.query(Self.holders) == "0")
      }
      #expect(try project.query("SELECT to_regclass('half')::text") == nil)
      #expect(try project.query("SELECT count(*) FROM a") == "0")
    }
  }

  @Test("SIGINT while a throwaway server starts leaves nothing of it")
  func start() throws {
    try withBareProject { project in
      let server = try ServerProbe(project, sleeps: true)
      let run = try project.start(["migrate", "up", "--url", "ephemeral:"])
      // From this line on signals are listened to, and the server is being started.
      #expect(eventually { run.stderr.contains("starting a throwaway") })
      usleep(100_000)
      run.send(SIGINT)
      let outcome = try run.wait()
      #expect(outcome.status == 130, "\(outcome)")
      #expect(!server.wasReached || server.isGone)
    }
  }

  @Test("what a killed dbtool leaves of a throwaway server, the next start removes")
  func killed() throws {
    try withBareProject { project in
      let server = try ServerProbe(project, sleeps: true)
      let run = try project.start(["migrate", "up", "--url", "ephemeral:"])
      try server.find()
      run.send(SIGKILL)
      #expect(try run.wait().status == -SIGKILL)
      try project.migration("1_probe", "SELECT 1")
      #expect(try project.run("migrate", "up", "--url", "ephemeral:").status == 0)
      // Another test's start may have been quicker, and still be at it.
      #expect(eventually { server.isGone })
    }
  }
}
