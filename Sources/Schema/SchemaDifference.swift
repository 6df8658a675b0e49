internal import SQLSyntax

/// How one schema differs from another, object by object, with the SQL that makes them equal.
package struct SchemaDifference: Sendable, Equatable {
  /// What happened to an object.
  package enum Change: String, Sendable {
    /// It is there and should not be.
    case extra
    /// It should be there and is not.
    case missing
    /// It is another one.
    case changed
  }

  /// An object that differs.
  package struct Item: Sendable, Equatable {
    /// What happened to it.
    package var change: Change
    /// What it is.
    package var kind: SchemaObject.Kind
    /// Its name.
    package var name: String
    /// The statements that make it as it should be; comments where there are none.
    package var sql: [String]
  }

  /// The objects that differ, in an order in which the statements can be run.
  package var items: [Item]

  /// True when the schemas are equal.
  package var isEmpty: Bool { items.isEmpty }

  /// How `actual` differs from `wanted`.
  package init(from actual: SchemaSnapshot, to wanted: SchemaSnapshot) {
    let before = Dictionary(actual.objects.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    let after = Dictionary(wanted.objects.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    let removed = actual.objects.filter { after[$0.key] == nil }
    let added = wanted.objects.filter { before[$0.key] == nil }
    let goneTables = Set(removed.filter { $0.kind == .table }.map(\.name))
    let newTables = Set(added.filter { $0.kind == .table }.map(\.name))
    items = []
    for object in removed.reversed() {
      // What goes with its table needs no statement of its own.
      if let table = object.table, goneTables.contains(table) { continue }
      let sql =
        object.removal.isEmpty
        ? [
          "-- \(object.kind.rawValue) \(object.name) stays: other databases of the server share it"
        ]
        : [object.removal]
      items.append(Item(change: .extra, kind: object.kind, name: object.name, sql: sql))
    }
    for object in wanted.objects {
      if let old = before[object.key] {
        guard !Self.isSame(old, object, wanted) else { continue }
        items.append(
          Item(
            change: .changed, kind: object.kind, name: object.name,
            sql: Self.change(old, to: object, wanted)))
      } else {
        let isPart = object.kind == .column || object.isInline
        if isPart, let table = object.table, newTables.contains(table) { continue }
        items.append(
          Item(
            change: .missing, kind: object.kind, name: object.name,
            sql: [SchemaScript.statement(creating: object, in: wanted)]))
      }
    }
  }

  /// True when both mean the same.
  ///
  /// The server writes `(a AND b) AND c` for what it was given so, and `a AND b AND c` after a dump
  /// has been restored; its parser makes one tree of both.
  private static func isSame(
    _ old: SchemaObject, _ new: SchemaObject, _ wanted: SchemaSnapshot
  ) -> Bool {
    // By bytes: two spellings of a letter are the same to Swift, and two to the server.
    if old.definition.utf8.elementsEqual(new.definition.utf8),
      old.tail.utf8.elementsEqual(new.tail.utf8)
    {
      return true
    }
    guard [.constraint, .foreignKey, .policy, .index, .view, .column].contains(new.kind) else {
      return false
    }
    let trees = [old, new].compactMap { object in
      try? SyntaxTree.statements(of: SchemaScript.statement(creating: object, in: wanted))
        .map(\.withoutLocations)
    }
    return trees.count == 2 && trees[0] == trees[1]
  }

  private static func change(
    _ old: SchemaObject, to new: SchemaObject, _ wanted: SchemaSnapshot
  ) -> [String] {
    let create = SchemaScript.statement(creating: new, in: wanted)
    switch new.kind {
    case .function, .owner: return [create]
    case .view:
      return create.hasPrefix("CREATE OR REPLACE")
        ? [create] : [old.removal, create] + followers(of: new, in: wanted)
    case .role: return [new.definition.replacing("CREATE ROLE", with: "ALTER ROLE")]
    case .comment, .sequenceOwner: return [create]
    case .column: return ColumnChange.statements(from: old, to: new)
    case .table:
      return ["-- \(new.name) is stored or divided otherwise, and must be built anew:", create]
    default:
      return [old.removal, create].filter { !$0.isEmpty } + followers(of: new, in: wanted)
    }
  }

  /// What goes with an object when it is dropped, and must be made again after it.
  private static func followers(
    of object: SchemaObject, in wanted: SchemaSnapshot
  ) -> [String] {
    guard object.kind != .rowSecurity else { return [] }
    return wanted.objects.filter { other in
      switch other.kind {
      case .index, .trigger, .rule: object.kind == .view && other.table == object.name
      case .owner, .privilege, .comment: other.name.hasSuffix(" " + object.name)
      default: false
      }
    }.map(\.definition)
  }

  /// The statements in order, each with its semicolon.
  package var script: String {
    items.flatMap(\.sql).map { $0.hasPrefix("--") ? $0 + "\n" : $0 + ";\n" }.joined()
  }
}
