internal import Postgres

/// What has to be decided on a table about which columns and foreign keys say too little.
struct TableQuestion {
  let text: String

  init(_ relation: Relation, _ resolver: TableResolver) {
    let tenant = resolver.manifest.tenant.column
    let keys = resolver.foreignKeys(of: relation.oid).filter {
      $0.referencedRelation != relation.oid
        && resolver.isolation(of: $0.referencedRelation)?.isOwned == true
    }
    func name(_ key: Constraint) -> String {
      let table = resolver.catalog.relations[key.referencedRelation]?.name ?? "?"
      return "\(table) (\(key.columns.joined(separator: ", ")))"
    }
    let names = keys.map(name).sorted().joined(separator: ", ")
    if keys.isEmpty {
      text =
        "no \(tenant) column, and no foreign key to a table of tenants: the same for all tenants "
        + "(global), or exempt, or in need of a column?"
    } else if resolver.parents(of: relation).count > 1 {
      text = "refers to several tables of tenants, \(names): which one is its parent?"
    } else {
      text =
        "refers to tables of tenants only where it has a value, \(names): whose are the others?"
    }
  }
}
