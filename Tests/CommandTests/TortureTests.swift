import Foundation
import TestSupport
import Testing

@Suite("Faults in the middle of commands", .besideOthers)
struct TortureTests {
  private static let program = SharedTestData.packageRoot + "/Torture/torture"

  @Test(
    "each kind, once: what is left is good, and the next run finishes", .timeLimit(.minutes(10)))
  func short() throws {
    let outcome = try Self.torture("--short")
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains(" held, seed "), "\(outcome.output)")
  }

  @Test("each check fails when dbtool does what it forbids", .timeLimit(.minutes(10)))
  func selfTest() throws {
    let outcome = try Self.torture("--self-test")
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  private static func torture(_ option: String) throws -> SpawnedProgram.Outcome {
    let python = PythonClients.interpreter ?? "/usr/bin/python3"
    let inherited = ProcessInfo.processInfo.environment.filter {
      ["PATH", "HOME"].contains($0.key)
    }
    return try SpawnedProgram.run(
      [python, program, option, "--binary", Tool.path], environment: inherited, joinsErrors: true)
  }
}
