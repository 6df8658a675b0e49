/// What a rule may look at besides the change itself.
struct LintScene {
  /// What the lint was told.
  let options: LintOptions
  /// The schema before the change.
  var model = SchemaModel()
  /// True when the file runs in one transaction.
  var isTransactional = true
  /// True for a file of policies, which may be run again and again.
  var isPolicyFile = false
  /// The statement that is read.
  var origin = SchemaModel.Origin(source: 0, offset: 0)
  /// The tables that the file created: nobody else uses them yet, so their locks hurt nobody.
  var created: Set<String> = []
  /// The tables that everybody uses and that the transaction has locked against reading, with the
  /// line of the statement that did.
  var locked: [String: Int] = [:]
  /// The constraints that the file added without looking at the rows.
  var notValid: Set<String> = []
  /// The statements that altered each table, by where they stand.
  var alterations: [String: Set<Int>] = [:]
  /// The tables that the file dropped.
  var droppedTables: Set<String> = []
  /// The policies that the file dropped.
  var droppedPolicies: [Dropped] = []
  /// The tables that the file created policies for.
  var newlyProtected: Set<String> = []
  /// The constraints that the file dropped and none of its own has replaced so far.
  var droppedConstraints: [Dropped] = []

  /// A part of a table that a file dropped, and where.
  struct Dropped {
    var name: String
    var table: QualifiedName
    var origin: SchemaModel.Origin
  }

  /// True for a table that may have rows and users.
  func isInUse(_ table: QualifiedName) -> Bool { !created.contains(table.key) }

  /// The type that a column is known to have.
  func type(of column: String, in table: QualifiedName) -> ColumnType? {
    model.tables[table.key]?.columns[column]?.type
  }

  /// True for a table with the tenant column that is not exempt.
  func isTenantTable(_ name: QualifiedName) -> Bool {
    model.tables[name.key]?.columns[options.tenantColumn] != nil
      && !options.exemptTables.contains(name.key)
  }

  /// True for a view whose rows come from tenant tables, by whatever way.
  func readsTenants(_ view: NewView, depth: Int = 0) -> Bool {
    view.sources.contains { source in
      isTenantTable(source)
        || depth < 20 && model.views[source.key].map { readsTenants($0, depth: depth + 1) } == true
    }
  }

  /// The scene after a change, with nothing else in its model than what the change makes of these
  /// tables: a copy of the whole one for each change would cost as much as all tables together.
  func after(_ change: SchemaChange, knowing tables: [QualifiedName]) -> LintScene {
    var scene = self
    scene.model = model.part(tables)
    scene.model.apply(change, at: .init(source: 0, offset: 0))
    return scene
  }

  /// Notes what a change means for those that follow in the same file.
  mutating func follow(_ change: SchemaChange, line: Int) {
    switch change {
    case .createTable(let table): created.insert(table.name.key)
    case .createView(let view): created.insert(view.name.key)
    case .rename("OBJECT_TABLE", let name?, _, let new):
      if created.remove(name.key) != nil {
        created.insert(QualifiedName(schema: name.schema, name: new).key)
      }
    case .drop("OBJECT_TABLE", let name, _, _): droppedTables.insert(name.key)
    case .dropPolicy(let policy, let table):
      droppedPolicies.append(.init(name: policy, table: table, origin: origin))
    case .createPolicy(let policy): newlyProtected.insert(policy.table.key)
    case .alter(let table, .addConstraint(let constraint)):
      if constraint.isNotValid, let name = constraint.name {
        notValid.insert(table.key + "." + name)
      }
      droppedConstraints.removeAll { $0.table == table }
    case .alter(let table, .dropConstraint(let name)) where isInUse(table):
      let known = model.tables[table.key]?.constraints.first { $0.name == name }
      // The CHECK that let a column become NOT NULL without a scan has done its duty.
      if let column = known?.columnThatIsNotNull,
        model.tables[table.key]?.columns[column]?.isNotNull == true
      {
        break
      }
      droppedConstraints.append(.init(name: name, table: table, origin: origin))
    default: break
    }
    if case .alter(let table, _) = change {
      alterations[table.key, default: []].insert(origin.offset)
    }
    guard isTransactional else { return }
    for table in change.lockedAgainstReading where isInUse(table) && locked[table.key] == nil {
      locked[table.key] = line
    }
  }
}

extension SchemaChange {
  /// The tables that the change keeps from being read until its transaction ends.
  ///
  /// PostgreSQL manual, section 13.3.1 and ALTER TABLE: the lock is ACCESS EXCLUSIVE unless noted.
  var lockedAgainstReading: [QualifiedName] {
    switch self {
    case .alter(let table, let action):
      switch action {
      case .validate, .harmless, .setOptions, .attach: []
      case .detach(_, let isConcurrent): isConcurrent ? [] : [table]
      case .addConstraint(let constraint): constraint.kind == .foreignKey ? [] : [table]
      default: [table]
      }
    case .drop("OBJECT_TABLE", let name, _, _): [name]
    case .rename(_, let name?, _, _): [name]
    case .setSchema(_, let name, _): [name]
    case .truncate(let tables, _): tables
    case .createPolicy(let policy): [policy.table]
    case .dropPolicy(_, let table): [table]
    default: []
    }
  }
}
