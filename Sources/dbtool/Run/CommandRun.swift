import DatabaseInstrumentation
import Migrations
import OperationMetrics
import Postgres
import Runs
import Synchronization

/// The run of this command, from its beginning on.
final class CommandRun: Sendable {
  /// A UUID, also in the ledgers of migrations, policies and seeds.
  let id = MigrationOptions.randomRunID()
  private let startedAt = WallClock.now
  private let start = ContinuousClock.now
  private let counts = Mutex<[String: Int]>([:])

  /// When it began, as RFC 3339 in UTC.
  var startedAtText: String { Timestamp.text(startedAt) }

  /// How long it has been going on.
  var duration: Duration { ContinuousClock.now - start }

  /// Adds to what was done.
  func count(_ what: String, _ number: Int) {
    guard number > 0 else { return }
    counts.withLock { $0[what, default: 0] += number }
  }

  /// The run as it is remembered, once it has ended.
  ///
  /// - Parameters:
  ///   - target: The database, without a password.
  ///   - counts: What was done, where that is not the same for the whole run.
  func record(
    _ memory: RunMemory, target: String, folder: String, _ end: RunEnd, counts own: [String: Int]
  ) -> RunRecord {
    RunRecord(
      id: id, command: memory.command, target: target, toolVersion: Version.current,
      gitCommit: GitCommit.current(inFolder: folder), runBy: Person.current,
      startedAt: Timestamp.text(startedAt),
      milliseconds: Int(duration / .milliseconds(1)),
      result: end.result, exitCode: Int(end.status.rawValue), error: end.error,
      counts: counts.withLock { $0 }.merging(own) { $1 })
  }
}

/// How a run ended.
struct RunEnd: Sendable {
  var status: ExitStatus
  /// What went wrong, without passwords.
  var error: String?

  init(_ outcome: Result<ExitStatus, any Error>) {
    switch outcome {
    case .success(let status): self.status = status
    case .failure(let status as ExitStatus): self.status = status
    case .failure(let error):
      let failure = Failure(error)
      status = failure.status
      // A server may say a megabyte; the beginning tells what it was.
      self.error = String(failure.summary.prefix(1_000))
    }
  }

  var result: RunRecord.Result {
    switch status {
    case .good: .good
    case .found: .found
    case .inconclusive: .inconclusive
    case .interrupted: .interrupted
    case .usage, .database: .failed
    }
  }
}

/// Counts operations and nothing else.
final class OperationTally: OperationSink {
  private let operations = Atomic(0)

  /// Statements so far.
  var count: Int { operations.load(ordering: .relaxed) }

  func record(_ record: OperationRecord) { operations.add(1, ordering: .relaxed) }
}
