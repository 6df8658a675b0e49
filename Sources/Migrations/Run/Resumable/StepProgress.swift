internal import Digests
internal import Postgres
internal import SQLSyntax

/// How far a step outside a transaction has come, as `dbtool.migration_progress` remembers it.
///
/// Its rows go when the step is in the ledger.
struct StepProgress {
  /// What is known of a unit.
  enum State: Equatable {
    /// It is done.
    case finished
    /// It was begun, and whether it came to its end is not known.
    case begun
  }

  private struct Entry {
    var digest: String
    var state: State
  }

  private let step: MigrationStep
  private var entries: [Int: Entry]

  /// The progress of `step` from what `ProgressSQL.read` gave.
  init(_ step: MigrationStep, rows: QueryResult) {
    self.step = step
    entries = [:]
    for row in rows.rows {
      guard let unit = row.int(0) else { continue }
      entries[unit] = Entry(digest: row.text(1), state: row.bool(2) ? .finished : .begun)
    }
  }

  /// The number of units that are done.
  var finishedUnits: Int { entries.values.filter { $0.state == .finished }.count }

  /// What is known of `unit`; nil when it was not begun.
  subscript(unit: ScriptUnit) -> State? { entries[unit.first]?.state }

  /// - Throws: `MigrationError` when statements that were run stand otherwise in the file now.
  func check(_ units: [ScriptUnit]) throws(MigrationError) {
    let texts = Dictionary(uniqueKeysWithValues: units.map { ($0.first, digest(of: $0)) })
    for (first, entry) in entries.sorted(by: { $0.key < $1.key })
    where texts[first] != entry.digest {
      var error = MigrationError(
        .editedFile,
        "statement \(first + 1) was already run by a run that did not come to its end, and is "
          + "another one now",
        file: step.script.file,
        remedy: "restore what was run; only statements that were not run yet may change")
      if first < step.script.statements.count {
        error.line = step.script.statements[first].location.line
      }
      throw error
    }
  }

  /// What identifies a unit's text.
  func digest(of unit: ScriptUnit) -> String {
    let statements = step.script.statements
    let text =
      switch unit {
      case .setting(let index), .alone(let index, _): statements[index].text
      case .transaction(let range, _): statements[range].map(\.text).joined(separator: ";")
      }
    return SHA256.hexDigest(of: Array(text.utf8))
  }
}
