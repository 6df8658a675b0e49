/// The statements that make a column another one.
enum ColumnChange {
  /// The parts of a column's definition.
  private struct Parts: Equatable {
    var type: Substring
    var defaultValue: Substring?
    var generated: Substring?
    var identity: Substring?
    var isNotNull: Bool

    init(_ definition: String, name: String) {
      var rest = definition[...]
      isNotNull = rest.hasSuffix(" NOT NULL")
      if isNotNull { rest = rest.dropLast(" NOT NULL".count) }
      if let range = rest.ranges(of: " GENERATED ").last, rest.hasSuffix("AS IDENTITY") {
        identity = rest[range.lowerBound...].dropFirst()
        rest = rest[..<range.lowerBound]
      }
      if let range = rest.firstRange(of: " GENERATED ALWAYS AS (") {
        generated = rest[range.lowerBound...].dropFirst()
        rest = rest[..<range.lowerBound]
      } else if let range = rest.firstRange(of: " DEFAULT ") {
        defaultValue = rest[range.upperBound...]
        rest = rest[..<range.lowerBound]
      }
      type = rest.dropFirst(name.count + 1)
    }
  }

  static func statements(from old: SchemaObject, to new: SchemaObject) -> [String] {
    guard let table = new.table else { return [] }
    let name = String(new.name.dropFirst(table.count + 1))
    let before = Parts(old.definition, name: name)
    let after = Parts(new.definition, name: name)
    guard before.generated == after.generated else {
      return [
        "-- \(new.name) is computed otherwise, and must be built anew:", old.removal,
        "ALTER TABLE \(table) ADD COLUMN \(new.definition)",
      ]
    }
    var actions: [String] = []
    if before.identity != after.identity, before.identity != nil { actions.append("DROP IDENTITY") }
    if before.defaultValue != after.defaultValue, before.defaultValue != nil {
      actions.append("DROP DEFAULT")
    }
    if before.type != after.type {
      let plain = after.type.firstRange(of: " COLLATE ").map { after.type[..<$0.lowerBound] }
      actions.append("TYPE \(after.type) USING \(name)::\(plain ?? after.type)")
    }
    if before.isNotNull != after.isNotNull {
      actions.append(after.isNotNull ? "SET NOT NULL" : "DROP NOT NULL")
    }
    if before.defaultValue != after.defaultValue, let value = after.defaultValue {
      actions.append("SET DEFAULT \(value)")
    }
    if before.identity != after.identity, let identity = after.identity {
      actions.append("ADD \(identity)")
    }
    // One by one: PostgreSQL sorts the actions of one statement by kinds of its own.
    return actions.map { "ALTER TABLE \(table) ALTER COLUMN \(name) \($0)" }
  }
}
