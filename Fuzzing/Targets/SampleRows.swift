@testable import Policies
@testable import SQLSyntax

/// Rows by which a proof is tried: each combination of the values near the constants that conditions
/// compare columns with, and NULL.
struct SampleRows {
  /// One row: a number for each column, nil for NULL.
  struct Row {
    var values: [String: Double?]

    /// True when a condition is.
    func isTrue(of condition: Condition) -> Bool {
      switch condition {
      case .constant(let value): return value
      case .all(let parts): return parts.allSatisfy { isTrue(of: $0) }
      case .any(let parts): return parts.contains { isTrue(of: $0) }
      case .null(let term, let isNull): return (value(of: term) == nil) == isNull
      case .comparison(let one):
        guard let left = value(of: one.left), let right = value(of: one.right) else { return false }
        switch one.symbol {
        case "=": return left == right
        case "<>": return left != right
        case "<": return left < right
        case "<=": return left <= right
        case ">": return left > right
        default: return left >= right
        }
      case .exists, .other: return false
      }
    }

    private func value(of term: SyntaxNode) -> Double? {
      if case .number(let number)? = term.constant { return number }
      return SampleRows.column(term).flatMap { values[$0] ?? nil }
    }
  }

  /// All rows.
  private(set) var all: [Row] = [Row(values: [:])]

  /// Nil for conditions that say more than how columns compare with numbers and with each other, and
  /// for too many rows.
  init?(for conditions: [Condition]) {
    var columns: Set<String> = []
    var numbers: Set<Double> = []
    func collect(_ term: SyntaxNode) -> Bool {
      if let column = Self.column(term) {
        columns.insert(column)
        return true
      }
      guard case .number(let number)? = term.constant, abs(number) < 1e9 else { return false }
      numbers.formUnion([number - 1, number, number + 1])
      return true
    }
    func isKnown(_ condition: Condition) -> Bool {
      switch condition {
      case .constant: true
      case .all(let parts), .any(let parts): parts.allSatisfy { isKnown($0) }
      case .comparison(let one): collect(one.left) && collect(one.right)
      case .null(let term, _): Self.column(term) != nil && collect(term)
      case .exists, .other: false
      }
    }
    guard conditions.allSatisfy({ isKnown($0) }) else { return nil }
    if numbers.isEmpty { numbers = [0, 1] }
    for column in columns {
      guard all.count * (numbers.count + 1) <= 5_000 else { return nil }
      all = all.flatMap { row in
        ([nil] + numbers.map { $0 }).map { value in
          var row = row
          row.values[column] = .some(value)
          return row
        }
      }
    }
  }

  /// The column that a term is.
  private static func column(_ term: SyntaxNode) -> String? {
    guard let parts = term["Column"]?.elements, parts.count == 3 else { return nil }
    return parts[2].text
  }
}
