internal import Postgres
internal import SQLSyntax

/// Which parts of a policy's expression depend on the row that it is asked about.
struct RowReferences {
  var relation: Relation

  /// Functions that give another value each time, so that calling them once is another policy.
  private static let restless: Set<String> = [
    "random", "gen_random_uuid", "uuid_generate_v4", "clock_timestamp", "nextval", "timeofday",
  ]

  /// True when a part is the same for all rows of a statement.
  func isSame(_ node: SyntaxNode) -> Bool { !refers(node, isInside: false) }

  /// True when a part of a subquery is.
  func isSame(inQuery node: SyntaxNode) -> Bool { !refers(node, isInside: true) }

  private func refers(_ node: SyntaxNode, isInside: Bool) -> Bool {
    if let (type, fields) = node.node {
      if type == "ColumnRef" {
        guard isInside else { return true }
        // In a subquery the catalog writes the table's name before its columns.
        let names = fields["fields"]?.elements ?? []
        return names.count > 1
          && names.dropLast().last?["String"]?["sval"]?.text == relation.name
      }
      if type == "FuncCall",
        let name = fields["funcname"]?.elements.last?["String"]?["sval"]?.text,
        Self.restless.contains(name)
      {
        return true
      }
      return refers(fields, isInside: isInside || type == "SelectStmt")
    }
    switch node {
    case .object(let fields): return fields.values.contains { refers($0, isInside: isInside) }
    case .list(let elements): return elements.contains { refers($0, isInside: isInside) }
    default: return false
    }
  }

  /// True when a part calls a function outside of any subquery.
  static func calls(_ node: SyntaxNode) -> Bool { holds(node, "FuncCall") }

  /// True when a part holds a subquery.
  static func asks(_ node: SyntaxNode) -> Bool { holds(node, "SubLink") }

  private static func holds(_ node: SyntaxNode, _ wanted: String) -> Bool {
    if let (type, fields) = node.node {
      return type == wanted || type != "SubLink" && holds(fields, wanted)
    }
    switch node {
    case .object(let fields): return fields.values.contains { holds($0, wanted) }
    case .list(let elements): return elements.contains { holds($0, wanted) }
    default: return false
    }
  }
}
