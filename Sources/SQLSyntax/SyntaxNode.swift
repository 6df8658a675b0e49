/// A node of PostgreSQL's syntax tree, as libpg_query writes it in JSON.
///
/// A node is an object with one member, whose name is the node's type, for example
/// `{"ColumnRef": {"fields": […]}}`. The types and their fields are those of PostgreSQL's
/// `nodes/parsenodes.h` and `nodes/primnodes.h`.
package enum SyntaxNode: Sendable, Hashable {
  /// A node, or a struct of fields.
  case object([String: SyntaxNode])
  /// A list.
  case list([SyntaxNode])
  /// A string or the name of an enumeration's case.
  case text(String)
  /// An integer.
  case integer(Int)
  /// A truth value.
  case boolean(Bool)
  /// Nothing.
  case null

  /// The field called `name`; nil when there is none.
  package subscript(name: String) -> SyntaxNode? {
    if case .object(let fields) = self { return fields[name] }
    return nil
  }

  /// The elements of a list; empty for anything else.
  package var elements: [SyntaxNode] {
    if case .list(let elements) = self { return elements }
    return []
  }

  /// The text; nil for anything else.
  package var text: String? {
    if case .text(let text) = self { return text }
    return nil
  }

  /// The integer; nil for anything else.
  package var integer: Int? {
    if case .integer(let integer) = self { return integer }
    return nil
  }

  /// The node's type and its fields, when this is a node.
  package var node: (type: String, fields: SyntaxNode)? {
    guard case .object(let fields) = self, fields.count == 1, let only = fields.first,
      only.key.first?.isUppercase == true
    else { return nil }
    return (only.key, only.value)
  }

  /// Calls `visit` with this and everything under it, parents first.
  package func walk(_ visit: (SyntaxNode) -> Void) {
    visit(self)
    switch self {
    case .object(let fields):
      for key in fields.keys.sorted() { fields[key]?.walk(visit) }
    case .list(let elements):
      for element in elements { element.walk(visit) }
    default:
      break
    }
  }
}

extension SyntaxNode {
  /// True when PostgreSQL would see the same: texts are compared by their bytes.
  package static func == (left: SyntaxNode, right: SyntaxNode) -> Bool {
    switch (left, right) {
    case (.object(let left), .object(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.text(let left), .text(let right)):
      left == right && left.utf8.elementsEqual(right.utf8)
    case (.integer(let left), .integer(let right)): left == right
    case (.boolean(let left), .boolean(let right)): left == right
    case (.null, .null): true
    default: false
    }
  }
}

extension SyntaxNode {
  /// Reads a JSON document, such as libpg_query makes; numbers with a fraction are read as nothing.
  ///
  /// - Throws: `SyntaxError` for anything else, and for what is nested too deeply.
  package init(json: String) throws(SyntaxError) {
    var reader = JSONReader(json)
    self = try reader.document()
  }
}
