package import Postgres

/// Which table is isolated through what, found from the catalog.
package struct TenancyModel: Sendable {
  /// The tenancy of each table by its OID.
  package private(set) var tables: [UInt32: Tenancy] = [:]
  /// What the policies ask of the context and of other tables.
  package let references: PolicyReferences

  /// Classifies the tables of `catalog`.
  ///
  /// - A table with the tenant column belongs by *column*; if the column alone is its primary key
  ///   and no foreign key
  ///   of its own, and others refer to it, it is the *root*.
  /// - A table to which tenant columns refer is the *root*.
  /// - A table with a foreign key to the root on a column that policies compare with the tenant's
  ///   setting belongs by that *column*, whatever it is called.
  /// - A table that refers to one that belongs to tenants belongs through that *parent*; keys that
  ///   may not be NULL
  ///   count before those that may, and short ways before long ones.
  /// - A table without any of that belongs by a *column* that policies compare with the tenant
  ///   column of another table.
  /// - A table that tables of tenants refer to, and whose policies ask them who its rows are, holds
  ///   their *members*.
  /// - All others are *global*.
  package init(catalog: Catalog, options: TenancyOptions) {
    references = PolicyReferences(catalog: catalog)
    let relations = catalog.sortedRelations.filter { [.table, .partitioned].contains($0.kind) }
    let keys = catalog.constraints.filter { $0.kind == .foreignKey }
    for relation in relations {
      if let reason = options.exempt[relation.displayName] ?? options.exempt[relation.name] {
        tables[relation.oid] = .exempt(reason: reason)
      } else if let declared = options.declared[relation.displayName] {
        tables[relation.oid] = declared
      } else if relation.column(options.tenantColumn) != nil {
        tables[relation.oid] = .column(options.tenantColumn)
      }
    }
    findRoots(relations, keys: keys, catalog: catalog, options: options)
    findNamed(relations, keys: keys, options: options)
    findChildren(relations, keys: keys) { _ in true }
    findMapped(relations, catalog: catalog, options: options)
    findMembers(keys)
    // Many tables refer to users, and only those with policies say that it makes them theirs.
    let withPolicies = Set(catalog.policies.map(\.relation))
    findChildren(relations, keys: keys, where: withPolicies.contains)
    for relation in relations where tables[relation.oid] == nil { tables[relation.oid] = .global }
  }

  private mutating func findRoots(
    _ relations: [Relation], keys: [Constraint], catalog: Catalog, options: TenancyOptions
  ) {
    for key in keys where key.columns == [options.tenantColumn] {
      guard key.referencedRelation != key.relation, let column = key.referencedColumns.first,
        isPrimaryKey(column, of: key.referencedRelation, catalog: catalog)
      else { continue }
      switch tables[key.referencedRelation] {
      case nil: tables[key.referencedRelation] = .root(column: column)
      case .column(let tenantColumn) where tenantColumn == column:
        tables[key.referencedRelation] = .root(column: column)
      default: continue
      }
    }
    // Without foreign keys on the tenant column, a table whose whole key it is holds the tenants.
    let hasRoot = tables.values.contains { if case .root = $0 { true } else { false } }
    guard !hasRoot else { return }
    for relation in relations
    where tables[relation.oid] == .column(options.tenantColumn)
      && isPrimaryKey(options.tenantColumn, of: relation.oid, catalog: catalog)
      && !keys.contains(where: {
        $0.relation == relation.oid && $0.columns.contains(options.tenantColumn)
      })
    {
      tables[relation.oid] = .root(column: options.tenantColumn)
      return
    }
  }

  /// Tables whose tenant column has another name, such as the versions of documents.
  private mutating func findNamed(
    _ relations: [Relation], keys: [Constraint], options: TenancyOptions
  ) {
    let known = Set(relations.map(\.oid))
    for key in keys.sorted(by: { ($0.relation, $0.name) < ($1.relation, $1.name) })
    where tables[key.relation] == nil && known.contains(key.relation) {
      guard case .root(let id)? = tables[key.referencedRelation], key.referencedColumns == [id],
        references.bindings.contains(where: {
          $0.relation == key.relation && [$0.column] == key.columns
            && $0.reading == ContextReading(setting: options.tenantSetting)
        })
      else { continue }
      tables[key.relation] = .column(key.columns[0])
    }
  }

  /// Tables that map something to a tenant in a column of another name.
  private mutating func findMapped(
    _ relations: [Relation], catalog: Catalog, options: TenancyOptions
  ) {
    func isTenant(_ name: PolicyReferences.ColumnName) -> Bool {
      switch tables[name.relation] {
      case .root(let column), .column(let column): column == name.column
      default: false
      }
    }
    let known = Set(relations.map(\.oid))
    let pairs = references.equalities.flatMap { [($0.left, $0.right), ($0.right, $0.left)] }
      .filter { isTenant($0.0) && tables[$0.1.relation] == nil && known.contains($0.1.relation) }
    for (_, column) in pairs.sorted(by: {
      ($0.1.relation, $0.1.column) < ($1.1.relation, $1.1.column)
    }) where tables[column.relation] == nil {
      tables[column.relation] = .column(column.column)
    }
  }

  /// Tables of people: what refers to them belongs to tenants, and their policies ask for it.
  private mutating func findMembers(_ keys: [Constraint]) {
    for key in keys.sorted(by: { ($0.relation, $0.name) < ($1.relation, $1.name) })
    where tables[key.referencedRelation] == nil && tables[key.relation]?.isOwned == true {
      let people = key.referencedRelation
      let asks = references.asked[people]?.contains(key.relation) == true
      let isActor = zip(key.columns, key.referencedColumns).contains { column, referenced in
        references.bindings.contains { binding in
          binding.relation == key.relation && binding.column == column
            && references.bindings.contains {
              $0.relation == people && $0.column == referenced && $0.reading == binding.reading
            }
        }
      }
      if asks || isActor {
        tables[people] = .member(of: key.relation, foreignKey: key.name)
      }
    }
  }

  private mutating func findChildren(
    _ relations: [Relation], keys: [Constraint], where isWanted: (UInt32) -> Bool
  ) {
    let columns = Dictionary(uniqueKeysWithValues: relations.map { ($0.oid, $0) })
    func isMandatory(_ key: Constraint) -> Bool {
      key.columns.allSatisfy { columns[key.relation]?.column($0)?.isNotNull == true }
    }
    for wantsMandatory in [true, false] {
      var changed = true
      while changed {
        changed = false
        var found: [UInt32: Tenancy] = [:]
        for key in keys
        where tables[key.relation] == nil && found[key.relation] == nil
          && columns[key.relation] != nil && isWanted(key.relation)
          && isMandatory(key) == wantsMandatory
          && tables[key.referencedRelation]?.isOwned == true
        {
          found[key.relation] = .parent(foreignKey: key.name, relation: key.referencedRelation)
        }
        changed = !found.isEmpty
        tables.merge(found) { old, _ in old }
      }
    }
  }

  private func isPrimaryKey(_ column: String, of relation: UInt32, catalog: Catalog) -> Bool {
    catalog.constraints.contains {
      $0.relation == relation && [.primaryKey, .unique].contains($0.kind) && $0.columns == [column]
    }
  }
}
