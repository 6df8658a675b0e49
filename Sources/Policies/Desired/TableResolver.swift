internal import Postgres
internal import SQLSyntax
internal import Wording

/// Decides for each table how it is isolated: by what the manifest says, else by columns and
/// foreign keys.
struct TableResolver {
  /// A table with its decision.
  struct Table {
    var relation: Relation
    var isolation: TableIsolation
    /// What the manifest says of it.
    var rule: TableRule
    /// The table that it is a part of, where that one belongs to nobody.
    var follows: UInt32?
  }

  let manifest: PolicyManifest
  let catalog: Catalog
  private let keys: [UInt32: [Constraint]]
  private var decided: [UInt32: TableIsolation] = [:]
  private var followed: [UInt32: UInt32] = [:]
  private var rules: [UInt32: TableRule] = [:]
  private let relations: [Relation]

  private init(manifest: PolicyManifest, catalog: Catalog) {
    self.manifest = manifest
    self.catalog = catalog
    keys = Dictionary(
      grouping: catalog.constraints.filter { $0.kind == .foreignKey }, by: \.relation)
    let schemas = Set(manifest.schemas)
    relations = catalog.sortedRelations.filter {
      [.table, .partitioned].contains($0.kind) && schemas.contains($0.schema)
    }
  }

  /// The tables of the manifest's schemas, in order of their names.
  ///
  /// - Throws: `PolicyError` with the manifest's line when it says what the database does not have.
  static func resolve(
    _ manifest: PolicyManifest, catalog: Catalog
  ) throws(PolicyError) -> [Table] {
    var resolver = TableResolver(manifest: manifest, catalog: catalog)
    return try resolver.resolve()
  }

  private mutating func resolve() throws(PolicyError) -> [Table] {
    try assignRules()
    for relation in relations {
      if relation.isPartition, let parent = relation.parents.first,
        rules[relation.oid]?.isolation == nil
      {
        decided[relation.oid] = .partition(of: parent)
      } else if let said = try isolation(relation) {
        decided[relation.oid] = said
      }
    }
    findRoots()
    findColumns()
    findChildren()
    followParents()
    var tables: [Table] = []
    for relation in relations {
      let isolation =
        decided[relation.oid] ?? .undecided(reason: TableQuestion(relation, self).text)
      tables.append(
        Table(
          relation: relation, isolation: isolation,
          rule: rules[relation.oid] ?? TableRule(relation.name), follows: followed[relation.oid]))
    }
    return tables
  }

  /// A table by the name that a manifest uses for it.
  func relation(named name: String) -> Relation? {
    relations.first {
      $0.displayName == name || ($0.name == name && $0.schema == manifest.schemas.first)
    }
  }

  /// The decision on a table so far.
  func isolation(of relation: UInt32) -> TableIsolation? { decided[relation] }

  /// The foreign keys of a table.
  func foreignKeys(of relation: UInt32) -> [Constraint] { keys[relation] ?? [] }

  // MARK: - What the manifest says

  private mutating func assignRules() throws(PolicyError) {
    for relation in relations {
      let matching = manifest.rules.filter {
        $0.covers(
          schema: relation.schema, name: relation.name, firstSchema: manifest.schemas.first)
      }
      // A name says more than a pattern.
      rules[relation.oid] = matching.first { $0.isName } ?? matching.first
    }
    for rule in manifest.rules where rule.isName && relation(named: rule.pattern) == nil {
      throw problem(
        rule, "there is no table \(rule.pattern) in \(manifest.schemas.joined(separator: ", "))",
        remedy: NearNames.advice(
          for: rule.pattern, among: relations.map(\.name),
          otherwise: "Remove the line, create the table first with dbtool migrate up, or name the "
            + "table's schema in schemas: of the manifest."))
    }
  }

  private func isolation(_ relation: Relation) throws(PolicyError) -> TableIsolation? {
    guard let rule = rules[relation.oid], let said = rule.isolation else { return nil }
    switch said {
    case .root(let column):
      let name: String
      if let column { name = column } else { name = try rootColumn(relation, rule) }
      try require(name, of: relation, rule)
      return .root(column: name)
    case .column(let column):
      let name = column ?? manifest.tenant.column
      try require(name, of: relation, rule)
      return .column(name)
    case .parent(let name):
      return .parent(try link(from: relation, to: name, rule))
    case .membership(let name):
      return .membership(try link(to: relation, from: name, rule))
    case .global: return .global
    case .raw: return .raw
    case .exempt(let reason): return .exempt(reason: reason)
    case .undecided(let reason): return .undecided(reason: reason)
    }
  }

  private func require(
    _ column: String, of relation: Relation, _ rule: TableRule
  ) throws(PolicyError) {
    guard relation.column(column) == nil else { return }
    throw problem(
      rule, "\(relation.displayName) has no column \(column)",
      remedy: NearNames.advice(
        for: column, among: relation.columns.map(\.name),
        otherwise: "Name the column that holds the tenant's id: {column: …}."))
  }

  private func rootColumn(
    _ relation: Relation, _ rule: TableRule
  ) throws(PolicyError) -> String {
    let referring = keys.values.joined().filter {
      $0.referencedRelation == relation.oid && $0.columns == [manifest.tenant.column]
    }
    if let column = referring.first?.referencedColumns.first { return column }
    let primary = catalog.constraints(of: relation.oid).first { $0.kind == .primaryKey }
    guard let primary, primary.columns.count == 1 else {
      throw problem(
        rule, "which column of \(relation.displayName) is the tenant's id cannot be told",
        remedy: "Name it: {root: id}.")
    }
    return primary.columns[0]
  }

  private func link(
    from relation: Relation, to name: String, _ rule: TableRule
  ) throws(PolicyError) -> TableIsolation.Link {
    guard let other = self.relation(named: name) else {
      throw problem(rule, "there is no table \(name)", remedy: nil)
    }
    let key = try key(
      from: relation, to: other, rule, among: foreignKeys(of: relation.oid))
    return .init(
      relation: other.oid, columns: key.columns, otherColumns: key.referencedColumns)
  }

  private func link(
    to relation: Relation, from name: String, _ rule: TableRule
  ) throws(PolicyError) -> TableIsolation.Link {
    guard let other = self.relation(named: name) else {
      throw problem(rule, "there is no table \(name)", remedy: nil)
    }
    let key = try key(from: other, to: relation, rule, among: foreignKeys(of: other.oid))
    return .init(
      relation: other.oid, columns: key.referencedColumns, otherColumns: key.columns)
  }

  private func key(
    from relation: Relation, to other: Relation, _ rule: TableRule, among keys: [Constraint]
  ) throws(PolicyError) -> Constraint {
    let fitting = keys.filter {
      $0.referencedRelation == other.oid
        && (rule.key.isEmpty || Set($0.columns) == Set(rule.key))
    }
    guard let key = fitting.first else {
      throw problem(
        rule,
        "\(relation.displayName) has no foreign key to \(other.displayName)"
          + (rule.key.isEmpty ? "" : " of the columns \(rule.key.joined(separator: ", "))"),
        remedy: "Name another table, or add the key in a migration.")
    }
    guard fitting.count == 1 else {
      throw problem(
        rule,
        "\(relation.displayName) has several foreign keys to \(other.displayName): "
          + fitting.map { "(\($0.columns.joined(separator: ", ")))" }.joined(separator: " and "),
        remedy: "Say which one it is: key: [\(key.columns.joined(separator: ", "))].")
    }
    return key
  }

  private func problem(_ rule: TableRule, _ message: String, remedy: String?) -> PolicyError {
    PolicyError(
      .unresolved, "tables.\(rule.pattern): \(message)", file: manifest.path,
      location: .init(line: rule.line, column: 1), remedy: remedy)
  }

  // MARK: - What columns and foreign keys say

  private mutating func findRoots() {
    for key in keys.values.joined() where key.columns == [manifest.tenant.column] {
      guard key.referencedRelation != key.relation, decided[key.referencedRelation] == nil,
        let column = key.referencedColumns.first,
        relations.contains(where: { $0.oid == key.referencedRelation })
      else { continue }
      decided[key.referencedRelation] = .root(column: column)
    }
  }

  private mutating func findColumns() {
    for relation in relations
    where decided[relation.oid] == nil && relation.column(manifest.tenant.column) != nil {
      decided[relation.oid] = .column(manifest.tenant.column)
    }
  }

  /// A table without a tenant column belongs through its only foreign key that always has a value
  /// and leads to a table that belongs; of several, through the only one whose rows it goes with.
  private mutating func findChildren() {
    var changed = true
    while changed {
      changed = false
      for relation in relations where decided[relation.oid] == nil {
        let links = parents(of: relation)
        guard let key = links.count == 1 ? links.first : Self.cascading(links) else { continue }
        decided[relation.oid] = .parent(
          .init(
            relation: key.referencedRelation, columns: key.columns,
            otherColumns: key.referencedColumns))
        changed = true
      }
    }
  }

  /// Parts of what belongs to nobody belong to nobody either, and so on.
  private mutating func followParents() {
    var changed = true
    while changed {
      changed = false
      for (relation, isolation) in decided {
        guard case .parent(let link) = isolation, let parent = decided[link.relation] else {
          continue
        }
        switch parent {
        case .global, .exempt:
          decided[relation] = parent
          followed[relation] = link.relation
        case .undecided:
          let name = catalog.relations[link.relation]?.name ?? "its parent"
          decided[relation] = .undecided(reason: "goes with \(name), which is undecided")
        default: continue
        }
        changed = true
      }
    }
  }

  /// The foreign keys through which rows of a table may belong to a tenant.
  func parents(of relation: Relation) -> [Constraint] {
    foreignKeys(of: relation.oid).filter { key in
      guard key.referencedRelation != relation.oid,
        key.columns.allSatisfy({ relation.column($0)?.isNotNull == true })
      else { return false }
      switch decided[key.referencedRelation] {
      case .root, .column, .parent: return true
      default: return false
      }
    }
  }

  private static func cascading(_ keys: [Constraint]) -> Constraint? {
    let cascading = keys.filter { $0.deleteAction == .cascade }
    return cascading.count == 1 ? cascading.first : nil
  }
}
