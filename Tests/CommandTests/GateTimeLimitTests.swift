import Foundation
import TestSupport
import Testing

@Suite("The gate's time limit", .besideOthers)
struct GateTimeLimitTests {
  private static let arguments = [
    "gate", "--superuser", "--skip", "lint", "--skip", "locks", "--skip", "down", "--timeout", "4s",
  ]

  @Test("a gate that takes too long is stopped, tells what it had, and leaves nothing")
  func stops() throws {
    try withBareProject { project in
      // Its migration sleeps for a minute.
      let server = try ServerProbe(project, sleeps: true)
      let start = ContinuousClock.now
      let run = try project.start(
        Self.arguments + ["--format", "json", "--write-baseline"])
      try server.find()
      let gate = try run.wait()
      #expect(ContinuousClock.now - start < .seconds(20))
      #expect(gate.status == 4, "\(gate)")
      #expect(gate.stderr.contains("the time limit of 4s is over"), "\(gate)")
      let report = try gate.json()
      #expect(report["verdict"] as? String == "inconclusive")
      #expect(report["exitCode"] as? Int == 4)
      #expect(
        try gate.stages() == ["up error", "policies skipped", "seed skipped", "verify-rls skipped"])
      #expect(gate.stdout.contains("the time limit of 4s was over"))
      #expect(server.isGone)
      // What was not looked at is not accepted either.
      #expect(!project.exists("dbtool-baseline.json"))
    }
  }

  @Test("a migration that will not be cancelled is stopped all the same, with its server")
  func stubborn() throws {
    try withBareProject { project in
      let server = try ServerProbe(project, sleeps: true)
      try project.migration(
        "1_probe",
        try project.read("migrations/1_probe.up.sql").replacingOccurrences(
          of: "SELECT pg_sleep(60);",
          with: """
            DO $$ BEGIN
              LOOP
                BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END;
              END LOOP;
            END $$;
            """))
      let start = ContinuousClock.now
      let run = try project.start(Self.arguments)
      try server.find()
      let gate = try run.wait()
      #expect(ContinuousClock.now - start < .seconds(45))
      #expect(gate.status == 4, "\(gate)")
      #expect(gate.stderr.contains("the time limit of 4s is over"), "\(gate)")
      #expect(server.isGone)
    }
  }

  @Test(
    "a time that is none is refused",
    arguments: ["0m", "0", "500ms", "2000ms", "5", "-1m", "25h", "1d", "m", "9999999999h"])
  func refused(text: String) throws {
    try withBareProject { project in
      try project.writeShop()
      let gate = try project.run("gate", "--timeout=\(text)")
      #expect(gate.status == 2, "\(gate)")
    }
  }
}
