internal import SQLSyntax

/// The type of a column as a statement writes it.
package struct ColumnType: Sendable, Equatable {
  /// The schema, when it is neither `pg_catalog` nor left out.
  package var schema: String?
  /// The name by which the catalog knows it, for example `int4`.
  package var name: String
  /// The numbers in parentheses, for example of `numeric(8, 2)`.
  package var modifiers: [Int]
  /// True for an array of it.
  package var isArray: Bool

  init?(_ node: SyntaxNode?) {
    let names = node?["names"]?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
    guard let name = names.last else { return nil }
    let schema = names.count > 1 ? names[names.count - 2] : nil
    self.schema = schema == "pg_catalog" ? nil : schema
    self.name = name
    modifiers =
      node?["typmods"]?.elements.compactMap { modifier in
        // The tree leaves a zero out.
        modifier["A_Const"]?["ival"].map { $0["ival"]?.integer ?? 0 }
      } ?? []
    isArray = !(node?["arrayBounds"]?.elements.isEmpty ?? true)
  }

  /// The names under which a counter can be declared, and the type behind.
  private static let serials = [
    "smallserial": "int2", "serial2": "int2", "serial": "int4", "serial4": "int4",
    "bigserial": "int8", "serial8": "int8",
  ]

  /// True for `serial` and its relatives.
  package var isSerial: Bool { schema == nil && !isArray && Self.serials[name] != nil }

  /// True for a number that ends at 2,147,483,647 or before.
  package var isShortInteger: Bool {
    schema == nil && !isArray && ["int2", "int4"].contains(Self.serials[name] ?? name)
  }

  /// True for types whose values are hardly ever repeated by chance.
  package var isSurrogate: Bool {
    schema == nil && (isSerial || ["uuid", "int8", "int4"].contains(name))
  }

  /// True when PostgreSQL changes a column from this type to `new` without writing the table anew.
  ///
  /// PostgreSQL manual, ALTER TABLE, Notes, and the casts of `pg_cast` with method `b`.
  package func changesWithoutRewrite(to new: ColumnType) -> Bool {
    guard schema == nil, new.schema == nil, isArray == new.isArray else { return false }
    if self == new { return true }
    switch (name, new.name) {
    case ("varchar", "text"): return true
    case ("varchar", "varchar"), ("varbit", "varbit"):
      return new.modifiers.isEmpty || modifiers.first.map { $0 <= new.modifiers[0] } == true
    case ("text", "varchar"): return new.modifiers.isEmpty
    case ("numeric", "numeric"):
      if new.modifiers.isEmpty { return true }
      let old = modifiers + (modifiers.count == 1 ? [0] : [])
      let wanted = new.modifiers + (new.modifiers.count == 1 ? [0] : [])
      return old.count == 2 && old[1] == wanted[1] && old[0] <= wanted[0]
    case ("timestamp", "timestamp"), ("timestamptz", "timestamptz"), ("time", "time"),
      ("timetz", "timetz"), ("interval", "interval"):
      return new.modifiers.isEmpty
        || (modifiers.count == 1 && new.modifiers.count == 1 && modifiers[0] <= new.modifiers[0])
    case ("cidr", "inet"): return true
    default: return false
    }
  }
}

extension ColumnType: CustomStringConvertible {
  private static let names = [
    "int2": "smallint", "int4": "integer", "int8": "bigint", "bpchar": "char", "bool": "boolean",
    "float4": "real", "float8": "double precision",
  ]

  /// As SQL writes it.
  package var description: String {
    let plain = schema.map { "\($0).\(name)" } ?? Self.names[name] ?? name
    let numbers = modifiers.map(String.init).joined(separator: ", ")
    return plain + (modifiers.isEmpty ? "" : "(\(numbers))") + (isArray ? "[]" : "")
  }
}
