internal import SQLSyntax

/// The name of a table, view, type or function as a statement writes it.
package struct QualifiedName: Sendable {
  /// The schema, when it was written.
  package var schema: String?
  /// The name in the schema.
  package var name: String
  /// Where it stands in the statement, in bytes; nil when the tree does not tell.
  package var offset: Int?

  /// A name from its parts.
  package init(schema: String? = nil, name: String, offset: Int? = nil) {
    self.schema = schema
    self.name = name
    self.offset = offset
  }

  /// As a statement has to write it.
  var sql: String { [schema, name].compactMap { $0?.asIdentifier }.joined(separator: ".") }

  /// What the name refers to when `public` is the schema of whatever has none.
  package var key: String { (schema ?? "public") + "." + name }

  /// The name in a RangeVar.
  init?(rangeVar node: SyntaxNode?) {
    guard let node, let name = LoneStatement.Name(rangeVar: node) else { return nil }
    self.init(schema: name.schema, name: name.name, offset: node["location"]?.integer)
  }

  /// The name in a list of strings, or in a `List` node of such.
  init?(list node: SyntaxNode?) {
    guard let node, let name = LoneStatement.Name(list: node) else { return nil }
    self.init(schema: name.schema, name: name.name)
  }
}

extension String {
  /// The name as a statement has to write it; no parsed one holds what PostgreSQL refuses.
  var asIdentifier: String { (try? SQLIdentifier.readable(self)) ?? self }
}

extension [String] {
  /// Names as a list in a statement.
  var asIdentifiers: String { map(\.asIdentifier).joined(separator: ", ") }
}

extension QualifiedName: Equatable, Hashable, CustomStringConvertible {
  package static func == (left: QualifiedName, right: QualifiedName) -> Bool {
    left.key == right.key
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// As it was written.
  package var description: String { (schema.map { $0 + "." } ?? "") + name }
}
