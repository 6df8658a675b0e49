internal import SQLSyntax

/// One migration to apply or to take back, with everything needed to do it.
package struct MigrationStep: Sendable, Equatable {
  /// Which way.
  package enum Direction: String, Sendable, Equatable {
    /// Apply.
    case up
    /// Take back.
    case down
  }

  /// Which way it goes.
  package var direction: Direction
  /// The migration.
  package var migration: Migration
  /// The file that is run, read and checked.
  package var script: MigrationScript

  /// True when the statements and the ledger's row share one transaction.
  package var isTransactional: Bool { script.directives.isTransactional }
}

extension MigrationStep: CustomStringConvertible {
  /// What would be run, with the line of each statement.
  package var description: String {
    var lines = ["\(direction.rawValue) \(migration.label) (\(script.file))"]
    if !isTransactional { lines[0] += " outside a transaction" }
    for statement in script.statements {
      lines.append(
        "  \(statement.location.line): \(MigrationError.shortened(script.source(of: statement)))")
    }
    return lines.joined(separator: "\n")
  }
}
