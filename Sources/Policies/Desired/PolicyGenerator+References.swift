internal import Postgres
internal import SQLSyntax

extension PolicyGenerator {
  /// Conditions that what a new row refers to belongs to the tenant as well.
  func references(
    from table: TableResolver.Table, as relation: Relation
  ) throws(SyntaxError) -> [String] {
    guard table.rule.checksReferences else { return [] }
    var conditions: [String] = []
    for key in catalog.constraints(of: table.relation.oid) where key.kind == .foreignKey {
      guard needsCheck(key, of: table) else { continue }
      if let condition = try predicates.reference(relation, key) { conditions.append(condition) }
    }
    return conditions
  }

  func needsCheck(_ key: Constraint, of table: TableResolver.Table) -> Bool {
    guard let other = byOID[key.referencedRelation], other.isolation.isOwned else { return false }
    if case .membership = other.isolation { return false }
    // What the tenant's own condition says already.
    if case .parent(let link) = table.isolation, link.relation == key.referencedRelation,
      link.columns == key.columns
    {
      return false
    }
    guard let mine = tenantColumn(table) else { return true }
    guard let theirs = tenantColumn(other) else { return true }
    return !zip(key.columns, key.referencedColumns).contains { $0 == mine && $1 == theirs }
  }

  typealias Add = (String, String, [String], Bool, String?, String?) -> Void

  /// Who is named in a row has to be a member, when it is written and wherever the name can be
  /// changed.
  ///
  /// Not in every UPDATE: what somebody wrote who has left could not be corrected any more.
  func memberReferences(
    _ table: TableResolver.Table, _ relation: Relation, _ access: Set<TableRule.Command>, _ add: Add
  ) throws(SyntaxError) {
    guard table.rule.checksReferences, table.isolation.isOwned else { return }
    var inserted: [String] = []
    var updated: [String] = []
    for key in catalog.constraints(of: table.relation.oid) where key.kind == .foreignKey {
      guard case .membership? = byOID[key.referencedRelation]?.isolation,
        let condition = try predicates.reference(relation, key)
      else { continue }
      func isWritten(_ columns: [String]) -> Bool {
        columns.isEmpty || !Set(columns).isDisjoint(with: key.columns)
      }
      if access.contains(.insert), isWritten(table.rule.insertColumns) {
        inserted.append(condition)
      }
      if access.contains(.update), isWritten(table.rule.updateColumns) {
        updated.append(condition)
      }
    }
    let roles = manifest.roles.application
    if !inserted.isEmpty {
      add(
        "member_references_insert", "INSERT", roles, false, nil,
        inserted.joined(separator: " AND "))
    }
    if !updated.isEmpty {
      add(
        "member_references_update", "UPDATE", roles, false, "true",
        updated.joined(separator: " AND "))
    }
  }

  func support(
    _ table: TableResolver.Table, _ relation: Relation, _ tenant: String, _ add: Add
  ) throws(SyntaxError) {
    guard let support = manifest.support, let column = tenantColumn(table),
      let grants = tables.first(where: {
        $0.relation.displayName == support.table || $0.relation.name == support.table
      })?.relation
    else { return }
    let who: String =
      if let setting = support.staffSetting {
        try predicates.value(
          of: .init(setting: setting, column: support.staffColumn),
          for: grants.column(support.staffColumn))
      } else {
        "(SELECT session_user)::text"
      }
    let alias = PolicyPredicates.alias("granted", besides: relation)
    let permission = try """
    EXISTS (SELECT FROM \(SQLIdentifier.readable(schema: grants.schema, name: grants.name)) AS \
    \(alias) WHERE \(alias).\(SQLIdentifier.readable(support.tenantColumn)) = \
    \(SQLIdentifier.readable(relation.name)).\(SQLIdentifier.readable(column)) AND \
    \(alias).\(SQLIdentifier.readable(support.staffColumn))\
    \(support.staffSetting == nil ? "::text" : "") = \(who) AND \
    \(alias).\(SQLIdentifier.readable(support.fromColumn)) <= now() AND \
    \(alias).\(SQLIdentifier.readable(support.untilColumn)) > now())
    """
    // The permissions themselves are read by whom they name.
    let isOwnTable = relation.oid == grants.oid
    let own = try """
    \(SQLIdentifier.readable(support.staffColumn))\
    \(support.staffSetting == nil ? "::text" : "") = \(who)
    """
    add(
      "support_access", "SELECT", [support.role], true,
      isOwnTable ? own : tenant + " AND " + permission, nil)
  }
}
