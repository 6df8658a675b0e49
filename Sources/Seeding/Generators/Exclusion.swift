internal import Postgres
internal import SQLSyntax

/// What an exclusion constraint compares, and how.
struct Exclusion {
  /// The columns that are compared for equality.
  var equal: [String] = []
  /// The columns of each range that may not overlap: one that is a range, or two that it is made of.
  var overlapping: [[String]] = []
  /// True when something may not overlap.
  var hasOverlap: Bool { !overlapping.isEmpty }

  /// Reads the definition that the catalog gives.
  init(_ constraint: Constraint) {
    let text = "ALTER TABLE t ADD CONSTRAINT c \(constraint.definition)"
    guard let tree = (try? SyntaxTree.statements(of: text))?.first else { return }
    let commands: [SyntaxNode] = tree["AlterTableStmt"]?["cmds"]?.elements ?? []
    let definition: SyntaxNode? = commands.first?["AlterTableCmd"]?["def"]?["Constraint"]
    for pair in definition?["exclusions"]?.elements ?? [] {
      let parts: [SyntaxNode] = pair["List"]?["items"]?.elements ?? pair.elements
      guard let element = parts.first?["IndexElem"] else { continue }
      let second: SyntaxNode? = parts.dropFirst().first
      let words: [SyntaxNode] = second?["List"]?["items"]?.elements ?? second?.elements ?? []
      let name = words.last?["String"]?["sval"]?.text
      let columns = Self.columns(of: element)
      if name == "&&" { overlapping.append(columns) } else { equal += columns }
    }
  }

  private static func columns(of element: SyntaxNode) -> [String] {
    if let column = element["name"]?.text, !column.isEmpty { return [column] }
    var columns: [String] = []
    element.walk { node in
      guard let (type, fields) = node.node, type == "ColumnRef",
        let column = fields["fields"]?.elements.last?["String"]?["sval"]?.text
      else { return }
      if !columns.contains(column) { columns.append(column) }
    }
    return columns
  }
}
