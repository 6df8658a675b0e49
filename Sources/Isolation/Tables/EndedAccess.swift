internal import Postgres
internal import Synthesis

/// A value by which a row says that the access it gave has ended.
///
/// Only names tell, so what follows from it is a warning.
struct EndedAccess: Sendable, Equatable {
  /// The column.
  var column: String
  /// Its value in a row whose access has ended.
  var value: String
  /// What is true of the column while the access has not ended, as SQL after its name.
  var isOpen: String

  private static let endings = [
    "revoked", "removed", "deleted", "disabled", "ended", "expired", "left", "terminated",
    "cancelled", "canceled", "suspended", "deactivated", "blocked", "banned", "inactive",
  ]

  /// The ways in which a row of `relation` can say so.
  static func of(_ relation: Relation, catalog: Catalog) -> [EndedAccess] {
    var checks = HintCollector()
    for constraint in catalog.constraints(of: relation.oid) where constraint.kind == .check {
      checks.collect(constraint.expression ?? "")
    }
    return relation.columns.flatMap { column -> [EndedAccess] in
      guard column.generation != .stored else { return [] }
      if let domain = column.type.domain {
        for check in catalog.checks(ofDomain: domain) {
          checks.collect(check, valueColumn: column.name)
        }
      }
      return of(column, hints: checks.hints[column.name] ?? [])
    }
  }

  private static func of(_ column: Column, hints: [ColumnHint]) -> [EndedAccess] {
    let words = column.name.lowercased().split { !$0.isLetter }.map { String($0) }
    let saysEnd = words.contains { endings.contains($0) }
    switch column.type.baseName {
    case "date", "timestamp", "timestamptz":
      if saysEnd {
        // `revoked_at` is NULL before the end, whereas `expires_at` lies ahead.
        return [.init(column: column.name, value: "2001-01-01", isOpen: "IS NULL")]
      }
      let isLimit = words.contains("expires") || words.contains("expiry") || words.last == "until"
      let quoted = SQLNames.of(column.name)
      return isLimit
        ? [
          .init(
            column: column.name, value: "2001-01-01", isOpen: "IS NULL OR \(quoted) > now()")
        ] : []
    case "bool":
      if saysEnd { return [.init(column: column.name, value: "true", isOpen: "IS NOT TRUE")] }
      return words.contains("active") || words.contains("enabled")
        ? [.init(column: column.name, value: "false", isOpen: "IS TRUE")] : []
    default:
      guard words.contains("status") || words.contains("state") else { return [] }
      let known =
        column.type.labels
        + hints.compactMap { if case .value(let value) = $0 { value } else { nil } }
      let ended = known.filter { endings.contains($0.lowercased()) }
      return ended.prefix(2).map {
        .init(column: column.name, value: $0, isOpen: "IS DISTINCT FROM '\($0)'")
      }
    }
  }
}
