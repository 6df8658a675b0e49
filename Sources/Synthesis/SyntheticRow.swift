package import Postgres
package import SQLSyntax

/// A row that was made up, and may or may not have been inserted.
package struct SyntheticRow: Sendable, Equatable {
  /// To whom a row belongs.
  package enum Owner: Sendable, Hashable {
    /// One of the made-up tenants, by its number.
    case tenant(Int)
    /// Nobody: the row is shared.
    case shared
  }

  /// The relation.
  package var relation: UInt32
  /// To whom it belongs.
  package var owner: Owner
  /// Its number among the owner's rows in this relation.
  package var ordinal: Int
  /// The values by column; nil is NULL, and columns left out take their defaults.
  package var values: [String: String?]

  /// The INSERT with the values as parameters.
  package func insertion(into relation: Relation) throws(SyntaxError) -> PipelineStatement {
    let columns = writtenColumns(of: relation)
    let parameters = columns.map { Parameter(values[$0] ?? nil) }
    return PipelineStatement(
      try sql(relation, columns: columns, items: columns.indices.map { "$\($0 + 1)" }), parameters)
  }

  /// The INSERT with the values in the text, for a script that people paste.
  package func script(into relation: Relation) throws(SyntaxError) -> String {
    let columns = writtenColumns(of: relation)
    var items: [String] = []
    for column in columns { items.append(try SQLLiteral.quoted(values[column] ?? nil)) }
    return try sql(relation, columns: columns, items: items)
  }

  private func writtenColumns(of relation: Relation) -> [String] {
    relation.columns.map(\.name).filter { values.keys.contains($0) }
  }

  private func sql(
    _ relation: Relation, columns: [String], items: [String]
  ) throws(SyntaxError) -> String {
    let target = try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
    guard !columns.isEmpty else { return "INSERT INTO \(target) DEFAULT VALUES" }
    var names: [String] = []
    for column in columns { names.append(try SQLIdentifier.readable(column)) }
    let overriding =
      relation.columns.contains { $0.generation == .identityAlways && columns.contains($0.name) }
      ? " OVERRIDING SYSTEM VALUE" : ""
    return """
      INSERT INTO \(target) (\(names.joined(separator: ", ")))\(overriding) \
      VALUES (\(items.joined(separator: ", ")))
      """
  }
}
