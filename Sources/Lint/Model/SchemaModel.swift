internal import SQLSyntax

/// The schema as the statements read so far have built it.
///
/// It knows only what migrations say: a table that they never created has no entry, and a rule that
/// asks for it must do without.
struct SchemaModel {
  struct Table {
    var name: QualifiedName
    var columns: [String: Column] = [:]
    var constraints: [NewConstraint] = []
    var indexes: [NewIndex] = []
    var policies: Set<String> = []
    var hasRowSecurity = false
    var isForced = false
    var isPartition = false
    /// The file that creates it, and where.
    var origin: Origin

    /// True when an index or a key begins with these columns, in whatever order.
    func isIndexed(_ wanted: [String]) -> Bool {
      let keys = constraints.filter { $0.kind == .unique || $0.kind == .primaryKey }.map(\.columns)
      return (indexes.map(\.columns) + keys).contains { columns in
        Set(columns.prefix(wanted.count).compactMap { $0 }) == Set(wanted)
      }
    }
  }

  struct Column {
    var type: ColumnType?
    var isNotNull: Bool
    var isCounter: Bool
  }

  /// A statement of a file.
  struct Origin: Equatable {
    var source: Int
    var offset: Int
  }

  private(set) var tables: [String: Table] = [:]
  private(set) var views: [String: NewView] = [:]
  private(set) var routines: [String: NewRoutine] = [:]
  /// A DO block or function speaks of row-level security, so that tables may get it by a loop.
  private(set) var codeEnablesRowSecurity = false
  /// A DO block or function speaks of CREATE POLICY.
  private(set) var codeCreatesPolicies = false

  /// Notes what a statement that carries code may do when it runs, which no tree tells.
  mutating func note(codeOf statement: String) {
    let word = statement.prefix { $0.isASCII && $0.isLetter }.lowercased()
    guard word == "do" || word == "create" && statement.contains("$") else { return }
    let text = statement.uppercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if text.contains("ENABLE ROW LEVEL SECURITY") { codeEnablesRowSecurity = true }
    if text.contains("CREATE POLICY") { codeCreatesPolicies = true }
  }

  /// What it knows of these tables, and of nothing else.
  func part(_ names: [QualifiedName]) -> SchemaModel {
    var part = SchemaModel()
    for name in names { part.tables[name.key] = tables[name.key] }
    return part
  }

  /// The table of an index that a statement of before created.
  func table(ofIndex name: QualifiedName) -> Table? {
    tables.values.first { table in table.indexes.contains { $0.name == name.name } }
  }

  mutating func apply(_ change: SchemaChange, at origin: Origin) {
    switch change {
    case .createTable(let table): create(table, at: origin)
    case .alter(let name, let action):
      if case .setOptions(let options) = action, views[name.key] != nil {
        guard let value = options["security_invoker"] else { return }
        views[name.key]?.isInvoker = SchemaChangeReader.isOn(value)
      } else if tables[name.key] != nil {
        tables[name.key]?.apply(action, at: origin)
      }
    case .createIndex(let index): tables[index.table.key]?.indexes.append(index)
    case .drop(let kind, let name, _, _): drop(kind, name)
    case .rename(let kind, let name, let part, let new):
      if let name { rename(kind, name, part, to: new) }
    case .setSchema(_, let name, let schema):
      move(name, to: QualifiedName(schema: schema, name: name.name))
    case .createPolicy(let policy): tables[policy.table.key]?.policies.insert(policy.name)
    case .dropPolicy(let policy, let table): tables[table.key]?.policies.remove(policy)
    case .createView(let view): views[view.name.key] = view
    case .routine(let routine) where routine.isNew: routines[routine.name.key] = routine
    default: break
    }
  }

  private mutating func create(_ new: NewTable, at origin: Origin) {
    guard !new.isTemporary else { return }
    if new.isConditional, tables[new.name.key] != nil { return }
    var table = Table(name: new.name, origin: origin)
    table.isPartition = new.isPartition
    for model in new.models {
      table.columns.merge(tables[model.key]?.columns ?? [:]) { $1 }
      if new.isPartition { table.indexes += tables[model.key]?.indexes ?? [] }
    }
    for column in new.columns { table.add(column) }
    table.constraints = new.constraints.map { $0.placed(at: origin) }
    tables[new.name.key] = table
  }

  private mutating func drop(_ kind: String, _ name: QualifiedName) {
    switch kind {
    case "OBJECT_TABLE", "OBJECT_FOREIGN_TABLE": tables[name.key] = nil
    case "OBJECT_VIEW", "OBJECT_MATVIEW": views[name.key] = nil
    case "OBJECT_INDEX":
      for key in tables.keys { tables[key]?.indexes.removeAll { $0.name == name.name } }
    case "OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE": routines[name.key] = nil
    case "OBJECT_SCHEMA":
      tables = tables.filter { ($0.value.name.schema ?? "public") != name.name }
    default: break
    }
  }

  private mutating func rename(
    _ kind: String, _ name: QualifiedName, _ part: String?, to new: String
  ) {
    switch kind {
    case "OBJECT_COLUMN":
      guard let part, let column = tables[name.key]?.columns.removeValue(forKey: part) else {
        return
      }
      tables[name.key]?.columns[new] = column
    case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW":
      move(name, to: QualifiedName(schema: name.schema, name: new))
    case "OBJECT_INDEX":
      for key in tables.keys {
        for index in tables[key]?.indexes.indices ?? 0..<0
        where tables[key]?.indexes[index].name == name.name {
          tables[key]?.indexes[index].name = new
        }
      }
    default: break
    }
  }

  private mutating func move(_ name: QualifiedName, to new: QualifiedName) {
    if var table = tables.removeValue(forKey: name.key) {
      table.name = new
      tables[new.key] = table
    }
    if var view = views.removeValue(forKey: name.key) {
      view.name = new
      views[new.key] = view
    }
  }
}

extension SchemaModel.Table {
  fileprivate mutating func add(_ column: NewColumn) {
    columns[column.name] = .init(
      type: column.type, isNotNull: column.isNotNull, isCounter: column.isCounter)
  }

  fileprivate mutating func apply(_ action: TableAction, at origin: SchemaModel.Origin) {
    switch action {
    case .addColumn(let column, _):
      add(column)
      constraints += column.constraints.map { $0.placed(at: origin) }
    case .dropColumn(let column):
      columns[column] = nil
      constraints.removeAll { $0.columns.contains(column) }
      indexes.removeAll { $0.columns.contains(column) }
    case .setType(let column, let type, _): columns[column]?.type = type
    case .setNotNull(let column): columns[column]?.isNotNull = true
    case .dropNotNull(let column): columns[column]?.isNotNull = false
    case .addConstraint(let constraint):
      var constraint = constraint
      if let index = constraint.index, let known = indexes.first(where: { $0.name == index }) {
        constraint.columns = known.columns.compactMap { $0 }
      }
      constraints.append(constraint.placed(at: origin))
    case .validate(let name):
      for index in constraints.indices where constraints[index].name == name {
        constraints[index].isNotValid = false
      }
    case .dropConstraint(let name): constraints.removeAll { $0.name == name }
    case .rowSecurity(.enable): hasRowSecurity = true
    case .rowSecurity(.disable): hasRowSecurity = false
    case .rowSecurity(.force): isForced = true
    case .rowSecurity(.noForce): isForced = false
    default: break
    }
  }
}

extension NewConstraint {
  /// The constraint with its place; `statement` is where its statement stands.
  fileprivate func placed(at statement: SchemaModel.Origin) -> NewConstraint {
    var placed = self
    placed.origin = .init(source: statement.source, offset: statement.offset + (offset ?? 0))
    return placed
  }
}
