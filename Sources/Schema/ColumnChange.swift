/// The statements that make a column another one.
enum ColumnChange {
  /// The parts of a column's definition.
  private struct Parts: Equatable {
    var type: Substring
    var defaultValue: Substring?
    var generated: Substring?
    /// `ALWAYS` or `BY DEFAULT`.
    var identity: Substring?
    /// What is said of the sequence behind it, where that is not the usual.
    var options: Substring = ""
    var isNotNull: Bool

    init(_ definition: String, name: String) {
      var rest = definition[...]
      isNotNull = rest.hasSuffix(" NOT NULL")
      if isNotNull { rest = rest.dropLast(" NOT NULL".count) }
      if let range = rest.ranges(of: " GENERATED ").last,
        let end = rest[range.upperBound...].firstRange(of: " AS IDENTITY"),
        ["ALWAYS", "BY DEFAULT"].contains(rest[range.upperBound..<end.lowerBound])
      {
        identity = rest[range.upperBound..<end.lowerBound]
        options = rest[end.upperBound...]
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
    if before.identity != nil, after.identity == nil { actions.append("DROP IDENTITY") }
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
    if let identity = after.identity {
      if before.identity == nil {
        actions.append("ADD GENERATED \(identity) AS IDENTITY\(after.options)")
      } else {
        // The sequence goes on where it is.
        if before.identity != identity { actions.append("SET GENERATED \(identity)") }
        if before.options != after.options { actions.append(sequence(after.options)) }
      }
    }
    // One by one: PostgreSQL sorts the actions of one statement by kinds of its own.
    return actions.map { "ALTER TABLE \(table) ALTER COLUMN \(name) \($0)" }
  }

  /// The options of an identity column's sequence, each to be set; without any, the usual ones.
  private static func sequence(_ options: Substring) -> String {
    guard !options.isEmpty else {
      return
        "SET START WITH 1 SET INCREMENT BY 1 SET NO MINVALUE SET NO MAXVALUE SET CACHE 1 SET NO CYCLE"
    }
    var text = String(options.filter { $0 != "(" && $0 != ")" }.dropFirst())
    for word in ["START", "INCREMENT", "MINVALUE", "MAXVALUE", "CACHE", "CYCLE"] {
      text = text.replacing(word, with: "SET " + word)
    }
    return text.hasSuffix("CYCLE") ? text : text + " SET NO CYCLE"
  }
}
