internal import Postgres
internal import Tenants

/// SQL that puts the tenant into a constraint that holds across tenants.
struct ConstraintFix {
  var predicate: TenantPredicate
  var relation: Relation
  var role: String

  private var catalog: Catalog { predicate.catalog }

  /// Makes a foreign key accept only rows of the same tenant.
  func reference(_ key: Constraint) -> String {
    guard let parent = catalog.relations[key.referencedRelation] else {
      return "-- put the tenant column into \(key.name)"
    }
    guard !isInherited(key) else {
      return "-- put the tenant column into \(key.name) of the table that this is a partition of"
    }
    guard let own = tenantColumn(of: relation), let theirs = tenantColumn(of: parent) else {
      return policies(key)
    }
    if key.referencedColumns == [theirs] {
      // The column itself names a tenant.
      return
        "ALTER TABLE \(SQLNames.of(relation)) ADD CHECK (\(SQLNames.of(key.columns[0])) = \(SQLNames.of(own)));"
    }
    var lines = ["ALTER TABLE \(SQLNames.of(relation)) DROP CONSTRAINT \(SQLNames.of(key.name));"]
    let wanted = [theirs] + key.referencedColumns
    if !hasKey(on: wanted, of: parent) {
      lines.append("ALTER TABLE \(SQLNames.of(parent)) ADD UNIQUE (\(list(wanted)));")
    }
    lines.append(composite(key, own: own, theirs: theirs, child: relation, parent: parent))
    return lines.joined(separator: "\n")
  }

  /// Makes a unique key or an exclusion constraint hold within a tenant only.
  func widened(_ key: Constraint) -> String {
    guard let own = tenantColumn(of: relation), !isInherited(key) else {
      return "-- put the tenant column into \(key.name)"
    }
    let element = SQLNames.of(own) + (key.kind == .exclusion ? " WITH =" : "")
    let definition = ConstraintDefinition.inserting(element, into: key.definition)
    if key.definition.hasPrefix("CREATE UNIQUE INDEX") {
      return
        "DROP INDEX \(SQLNames.of(relation.schema)).\(SQLNames.of(key.name));\n\(definition);"
    }
    var before: [String] = []
    var after: [String] = []
    for dependent in dependents(of: key) {
      guard let child = catalog.relations[dependent.relation], let theirs = tenantColumn(of: child)
      else {
        return
          "-- replace \(key.name) by \(definition); \(dependent.name) refers to it from a table without the tenant column"
      }
      before.append(
        "ALTER TABLE \(SQLNames.of(child)) DROP CONSTRAINT \(SQLNames.of(dependent.name));")
      after.append(
        composite(dependent, own: theirs, theirs: own, child: child, parent: relation))
    }
    if key.kind == .exclusion, key.definition.contains("USING gist") {
      before.append("CREATE EXTENSION IF NOT EXISTS btree_gist;")
    }
    let table = SQLNames.of(relation)
    let name = SQLNames.of(key.name)
    let replacing = [
      "ALTER TABLE \(table) DROP CONSTRAINT \(name);",
      "ALTER TABLE \(table) ADD CONSTRAINT \(name) \(definition);",
    ]
    return (before + replacing + after).joined(separator: "\n")
  }

  /// The foreign key with the tenant in it, and all else as it was.
  private func composite(
    _ key: Constraint, own: String, theirs: String, child: Relation, parent: Relation
  ) -> String {
    var actions = ConstraintDefinition.actions(ofForeignKey: key.definition)
    // The tenant column stays when the row that is referred to goes.
    for action in [" ON DELETE SET NULL", " ON DELETE SET DEFAULT"] {
      if let range = actions.firstRange(of: action),
        !actions[range.upperBound...].hasPrefix(" (")
      {
        actions.insert(contentsOf: " (\(list(key.columns)))", at: range.upperBound)
      }
    }
    let columns = list(key.columns.contains(own) ? key.columns : [own] + key.columns)
    let referenced = list(
      key.columns.contains(own) ? key.referencedColumns : [theirs] + key.referencedColumns)
    return
      "ALTER TABLE \(SQLNames.of(child)) ADD CONSTRAINT \(SQLNames.of(key.name))"
      + "\n  FOREIGN KEY (\(columns)) REFERENCES \(SQLNames.of(parent)) (\(referenced))\(actions);"
  }

  /// Where the parent has no tenant column that a key could hold, policies look at its tenant.
  private func policies(_ key: Constraint) -> String {
    guard let owned = predicate.condition(ofParentThrough: key, child: relation) else {
      return "-- let a policy on \(SQLNames.of(relation)) check whose row \(key.name) refers to"
    }
    let empty = key.columns.map { "\(SQLNames.of($0)) IS NULL" }.joined(separator: " OR ")
    let condition = "\(empty) OR \(owned)"
    let table = SQLNames.of(relation)
    return """
      CREATE POLICY \(SQLNames.of(String(key.name.prefix(50)) + "_insert")) ON \(table)
        AS RESTRICTIVE FOR INSERT TO \(SQLNames.of(role))
        WITH CHECK (\(condition));
      CREATE POLICY \(SQLNames.of(String(key.name.prefix(50)) + "_update")) ON \(table)
        AS RESTRICTIVE FOR UPDATE TO \(SQLNames.of(role))
        USING (true) WITH CHECK (\(condition));
      """
  }

  private func tenantColumn(of relation: Relation) -> String? {
    switch predicate.model.tables[relation.oid] {
    case .root(let name), .column(let name): name
    default: nil
    }
  }

  /// The foreign keys that need the unique key, and so stand in the way of its going.
  private func dependents(of key: Constraint) -> [Constraint] {
    catalog.constraints.filter {
      $0.kind == .foreignKey && $0.referencedRelation == relation.oid
        && Set($0.referencedColumns) == Set(key.columns)
    }
  }

  private func hasKey(on columns: [String], of parent: Relation) -> Bool {
    catalog.constraints(of: parent.oid).contains {
      [.primaryKey, .unique].contains($0.kind) && Set($0.columns) == Set(columns)
        && $0.columns.count == columns.count && !$0.definition.contains(" WHERE ")
    }
  }

  /// True for the copy of a partitioned table's constraint that a partition has.
  private func isInherited(_ key: Constraint) -> Bool {
    guard relation.isPartition, let parent = relation.parents.first else { return false }
    return catalog.constraints(of: parent).contains {
      $0.kind == key.kind && $0.columns == key.columns
    }
  }

  private func list(_ columns: [String]) -> String {
    columns.map { SQLNames.of($0) }.joined(separator: ", ")
  }
}
