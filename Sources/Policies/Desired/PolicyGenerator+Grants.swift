internal import Postgres

extension PolicyGenerator {
  func grants(
    on table: TableResolver.Table, _ access: Set<TableRule.Command>
  ) -> TableGrants {
    var grants = TableGrants()
    func grant(_ role: String, _ privilege: String, _ columns: [String] = []) {
      if columns.isEmpty {
        grants.grants.insert(.init(role: role, privilege: privilege))
      }
      for column in columns {
        grants.grants.insert(.init(role: role, privilege: privilege, column: column))
      }
    }
    for role in manifest.roles.application where role != table.relation.owner {
      if access.contains(.select) { grant(role, "SELECT") }
      if access.contains(.insert) { grant(role, "INSERT", table.rule.insertColumns) }
      if access.contains(.update) { grant(role, "UPDATE", table.rule.updateColumns) }
      if access.contains(.delete) { grant(role, "DELETE") }
    }
    // A policy alone lets nobody in.
    let isReadOnly = access.isDisjoint(with: [.insert, .update, .delete])
    let operators = manifest.roles.administration + (isReadOnly ? manifest.roles.provisioning : [])
    if table.isolation != .raw, !table.relation.isPartition {
      for role in operators where role != table.relation.owner {
        for command in TableRule.Command.allCases { grant(role, command.rawValue.uppercased()) }
      }
    }
    if access.contains(.select) {
      for role in manifest.roles.readOnly where role != table.relation.owner {
        grant(role, "SELECT")
      }
      if let support = manifest.support, tenantColumn(table) != nil {
        grant(support.role, "SELECT")
      }
    }
    return grants
  }

  /// The columns by which policies seek rows: the tenant's, or the link to the parent.
  func indexes(for table: TableResolver.Table) -> [[String]] {
    switch table.isolation {
    case .column(let column): [[column]]
    case .parent(let link): [link.columns]
    case .membership: []
    default: []
    }
  }
}
