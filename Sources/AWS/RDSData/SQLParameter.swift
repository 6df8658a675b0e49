/// A value for `:name` in a statement.
package struct SQLParameter: Sendable, Equatable, Codable {
  /// What a text is to be taken for.
  package enum TypeHint: String, Sendable, Codable, CaseIterable {
    case json = "JSON"
    case uuid = "UUID"
    case timestamp = "TIMESTAMP"
    case date = "DATE"
    case time = "TIME"
    case decimal = "DECIMAL"
  }

  /// The name, without the colon.
  package var name: String?
  /// The value; nil is an error in all but the model.
  package var value: Field?
  /// What a text is to be taken for; nil for text.
  package var typeHint: TypeHint?

  /// A parameter from its parts.
  package init(name: String, value: Field, typeHint: TypeHint? = nil) {
    self.name = name
    self.value = value
    self.typeHint = typeHint
  }
}
