import Postgres
import Runs

/// Writes down in a database that a command was run, from any thread.
struct RunNote: Sendable {
  let run: CommandRun
  let folder: String
  let running: Configuration.Running
  let console: Console

  /// The same for a part of the run that is remembered by itself.
  var ofOtherRun: RunNote {
    RunNote(run: CommandRun(), folder: folder, running: running, console: console)
  }

  /// Notes the run; what keeps it from being noted is a warning and no more.
  func write(
    _ memory: RunMemory, _ end: RunEnd, on connection: any Connection, target: String,
    counts: [String: Int] = [:]
  ) {
    guard memory.isNoted, running.isRecorded else { return }
    let record = run.record(memory, target: target, folder: folder, end, counts: counts)
    do {
      // The one that the command used may be gone, perhaps just because of what went wrong.
      guard !connection.isBroken else {
        throw PostgresError(.connectionLost, "the connection is lost")
      }
      let isNoted = try RunLedger(connection).note(
        record, keep: running.keep, creates: memory.createsTable)
      if !isNoted { console.detail("this database keeps no record of runs yet") }
    } catch {
      console.warning(
        "this run is not recorded in dbtool.runs: \(RunEnd(.failure(error)).error ?? "")")
    }
  }
}
