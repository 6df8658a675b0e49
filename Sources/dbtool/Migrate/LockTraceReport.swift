import Migrations
import Reports
import SQLSyntax

/// How `migrate up --explain-locks` is shown.
enum LockTraceReport {
  static func report(_ trace: LockTrace, sizes: [String: TableSize]) -> Report {
    var report = Report()
    var last: Int64?
    for entry in trace.entries {
      let script = entry.step.script
      let statement = script.statements[entry.statement]
      if last != entry.step.migration.version {
        report.line(entry.step.migration.label, .strong)
        last = entry.step.migration.version
      }
      let text = MigrationError.shortened(script.source(of: statement), limit: 84)
      report.line("  \(script.file):\(statement.location.line)  \(text)", .faint)
      for effect in entry.effects {
        report.line("    " + describe(effect, sizes[effect.table]), meaning(of: effect))
      }
      if !entry.lockedMeanwhile.isEmpty {
        report.line(
          "    meanwhile nobody reads or writes \(entry.lockedMeanwhile.joined(separator: ", ")), "
            + "which an earlier statement locked: put it into a migration of its own", .bad)
      }
    }
    for step in trace.untraced {
      report.line(
        "\(step.migration.label) runs outside a transaction: its locks end with each statement",
        .doubtful)
    }
    let worst = trace.entries.flatMap(\.effects).compactMap(\.lock?.blocks)
    if worst.contains(.everything) {
      report.line("while a lock is waited for, all who come later wait behind it", .doubtful)
    } else if trace.entries.isEmpty, trace.untraced.isEmpty {
      report.line("no table that is there now is locked", .good)
    }
    return report
  }

  private static func describe(_ effect: LockTrace.Effect, _ size: TableSize?) -> String {
    var parts: [String] = []
    if let lock = effect.lock {
      parts.append(
        "\(lock.name): \(lock.blocks.rawValue) \(lock.blocks == .nothing ? "waits" : "wait")")
    }
    if effect.isRewritten {
      parts.append("the table is rewritten")
    } else if effect.isScanned {
      parts.append("all rows are read")
    }
    if !effect.isRewritten, !effect.rebuiltIndexes.isEmpty {
      parts.append("rebuilds \(effect.rebuiltIndexes.joined(separator: ", "))")
    }
    let about = size.map { " (\($0)\($0.rows.map { ", about \($0) rows" } ?? ""))" } ?? ""
    return "\(effect.table)\(about): " + parts.joined(separator: "; ")
  }

  private static func meaning(of effect: LockTrace.Effect) -> Text.Meaning {
    if effect.isRewritten { return .bad }
    switch effect.lock?.blocks ?? .nothing {
    case .nothing: return .plain
    case .writes: return effect.isScanned ? .bad : .doubtful
    case .everything: return effect.isScanned ? .bad : .doubtful
    }
  }
}

/// What `migrate up --explain-locks` gives to programs.
struct LockTraceJSON: Encodable {
  struct Effect: Encodable {
    var table: String
    var lock: String?
    var blocks: String
    var rewritten: Bool
    var scanned: Bool
    var rebuiltIndexes: [String]
    var bytes: Int?
  }

  struct Statement: Encodable {
    var version: Int64
    var file: String
    var line: Int
    var effects: [Effect]
    var lockedMeanwhile: [String]
  }

  var schema = "dbtool.lock-trace/1"
  var statements: [Statement]
  var untraced: [Int64]

  init(_ trace: LockTrace, sizes: [String: TableSize]) {
    untraced = trace.untraced.map(\.migration.version)
    statements = trace.entries.map { entry in
      Statement(
        version: entry.step.migration.version, file: entry.step.script.file,
        line: entry.step.script.statements[entry.statement].location.line,
        effects: entry.effects.map { effect in
          Effect(
            table: effect.table, lock: effect.lock?.name,
            blocks: (effect.lock?.blocks ?? .nothing).rawValue, rewritten: effect.isRewritten,
            scanned: effect.isScanned, rebuiltIndexes: effect.rebuiltIndexes,
            bytes: sizes[effect.table]?.bytes)
        }, lockedMeanwhile: entry.lockedMeanwhile)
    }
  }
}
