import DatabaseInstrumentation
import Foundation
import SQLSyntax
import TestSupport
import Testing

@testable import OperationMetrics

/// Operations of a made-up application.
enum Records {
  /// `count` of them for each tenant, of which every tenth is refused.
  static func some(
    tenants: [String] = ["a", "b"], count: Int = 20, at time: Duration = WallClock.now
  ) -> [OperationRecord] {
    tenants.flatMap { tenant in
      (0..<count).map { number in
        OperationRecord(
          tenant: tenant, kind: number % 4 == 0 ? .insert : .select,
          status: number % 10 == 9 ? "42501" : "OK", time: time,
          duration: .milliseconds(number + 1), rows: 1, bytesSent: 100, bytesReceived: number)
      }
    }
  }

  /// What `select` operations of one tenant took in all, in milliseconds.
  static func durations(of kind: StatementKind, in records: [OperationRecord]) -> Double {
    records.filter { $0.kind == kind }.reduce(0) { $0 + $1.duration / .milliseconds(1) }
  }
}

/// A file that is gone when the test is over.
final class TemporaryFile {
  let path: String

  init() { path = NSTemporaryDirectory() + "dbtool-metrics-" + UUID().uuidString }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
  var lines: [Substring] { text.split(separator: "\n") }
}

/// Runs a program and gives what it printed.
func output(of program: String, _ arguments: [String], input: String) throws -> (Int32, String) {
  let outcome = try SpawnedProgram.run([program] + arguments, input: input, joinsErrors: true)
  return (outcome.status, outcome.output)
}
