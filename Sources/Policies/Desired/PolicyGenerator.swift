package import Postgres
internal import SQLSyntax
internal import Wording

/// Makes the desired state from a manifest and the tables there are.
package struct PolicyGenerator {
  let manifest: PolicyManifest
  let catalog: Catalog
  let tables: [TableResolver.Table]
  let byOID: [UInt32: TableResolver.Table]

  /// What `manifest` wants of the tables in `catalog`.
  ///
  /// - Throws: `PolicyError` with the manifest's line when it says what the database does not have.
  package static func desired(
    by manifest: PolicyManifest, catalog: Catalog
  ) throws(PolicyError) -> DesiredState {
    let tables = try TableResolver.resolve(manifest, catalog: catalog)
    let generator = PolicyGenerator(
      manifest: manifest, catalog: catalog, tables: tables,
      byOID: Dictionary(uniqueKeysWithValues: tables.map { ($0.relation.oid, $0) }))
    var desired: [DesiredState.Table] = []
    do throws(SyntaxError) {
      for table in tables { desired.append(try generator.desired(table)) }
    } catch {
      throw PolicyError(.unresolved, error.message, file: manifest.path)
    }
    for (table, made) in zip(tables, desired) {
      try generator.requireDistinctNames(table.rule, made.policies)
    }
    return DesiredState(tables: desired)
  }

  /// A policy that is written out must not take the name of one that is made.
  private func requireDistinctNames(
    _ rule: TableRule, _ policies: [PolicyDefinition]
  ) throws(PolicyError) {
    for raw in rule.policies where policies.count(where: { $0.name == raw.name }) > 1 {
      throw PolicyError(
        .unresolved,
        "tables.\(rule.pattern).policies.\(raw.name): dbtool makes a policy of that name itself",
        file: manifest.path, location: SourceLocation(line: raw.line, column: 1),
        remedy:
          "Give it another name, or write all policies of the table under {raw: \"the reason\"}.")
    }
  }

  var predicates: PolicyPredicates {
    let byOID = byOID
    return PolicyPredicates(
      manifest: manifest, catalog: catalog, isolation: { byOID[$0]?.isolation })
  }

  // MARK: - A table

  private func desired(_ table: TableResolver.Table) throws(SyntaxError) -> DesiredState.Table {
    var desired = DesiredState.Table(
      relation: table.relation, isolation: table.isolation, policies: [], grants: nil, indexes: [])
    guard desired.isGoverned else { return desired }
    desired.policies = try policies(table)
    desired.hasWrittenPolicies = !table.rule.policies.isEmpty
    let access = access(to: table)
    if manifest.managesGrants {
      desired.grants = grants(on: table, access)
    }
    desired.indexes = indexes(for: table)
    return desired
  }

  /// What the application may do in a table.
  private func access(to table: TableResolver.Table) -> Set<TableRule.Command> {
    if case .partition = table.isolation { return [] }
    if let said = table.rule.access { return said }
    if let whole = table.follows.flatMap({ byOID[$0] }) { return access(to: whole) }
    return table.isolation.usualAccess
  }

  private func policies(
    _ table: TableResolver.Table
  ) throws(SyntaxError) -> [PolicyDefinition] {
    if case .partition(let parent) = table.isolation {
      // Asked for directly, a partition has only its own policies. Rows are written through the whole.
      guard let whole = topmost(parent) else { return [] }
      let readers = Set(manifest.roles.bound + (manifest.support.map { [$0.role] } ?? []))
      return try policies(whole, as: table.relation).compactMap { policy in
        guard !policy.roles.isEmpty, readers.isDisjoint(with: policy.roles) else {
          return policy.forReading
        }
        return policy
      }
    }
    return try policies(table, as: table.relation)
  }

  private func topmost(_ relation: UInt32) -> TableResolver.Table? {
    guard let table = byOID[relation] else { return nil }
    if case .partition(let parent) = table.isolation, parent != relation { return topmost(parent) }
    return table
  }

  private func policies(
    _ table: TableResolver.Table, as relation: Relation
  ) throws(SyntaxError) -> [PolicyDefinition] {
    var policies: [PolicyDefinition] = []
    let access = access(to: table)
    func add(
      _ name: String, _ command: String, _ roles: [String], isPermissive: Bool = true,
      using: String? = nil, check: String? = nil
    ) {
      guard !roles.isEmpty else { return }
      policies.append(
        PolicyDefinition(
          name: name, relation: relation.oid, command: command, isPermissive: isPermissive,
          roles: roles.sorted(), using: using, check: check))
    }

    if let tenant = try predicates.ofTenant(relation, as: table.isolation) {
      let check = ([tenant] + (try references(from: table, as: relation))).joined(
        separator: " AND ")
      for policy in Self.commands(access, application: manifest.roles.application) {
        let roles = policy.isReading ? manifest.roles.bound : manifest.roles.application
        add(
          policy.suffix.isEmpty ? "tenant_isolation" : "tenant_isolation_" + policy.suffix,
          policy.command, roles, using: policy.command == "INSERT" ? nil : tenant,
          check: ["SELECT", "DELETE"].contains(policy.command) ? nil : check)
      }
      if table.rule.isShared, let column = tenantColumn(table) {
        add(
          "shared_rows", "SELECT", manifest.roles.bound,
          using: try SQLIdentifier.readable(column) + " IS NULL")
      }
      if let setting = manifest.tenantListSetting, let column = tenantColumn(table) {
        add(
          "tenant_list", "SELECT", manifest.roles.bound,
          using: try predicates.ofTenantList(relation, column: column, setting: setting))
      }
      try support(table, relation, tenant, add)
    }
    if table.isolation == .global, access.contains(.select) {
      add("global_read", "SELECT", manifest.roles.bound, using: "true")
      if access.contains(.insert) {
        add("global_insert", "INSERT", manifest.roles.application, check: "true")
      }
      if access.contains(.update) {
        add("global_update", "UPDATE", manifest.roles.application, using: "true", check: "true")
      }
      if access.contains(.delete) {
        add("global_delete", "DELETE", manifest.roles.application, using: "true")
      }
    }
    try memberReferences(table, relation, access, add)
    for narrow in manifest.within where narrow.covers(relation, in: table.isolation) {
      let condition = try self.condition(of: narrow, relation)
      add(
        "within_" + narrow.name, "ALL", manifest.roles.bound, isPermissive: false,
        using: condition, check: condition)
    }
    if table.isolation != .raw {
      add("administration", "ALL", manifest.roles.administration, using: "true", check: "true")
      if access.isDisjoint(with: [.insert, .update, .delete]) {
        add("provisioning", "ALL", manifest.roles.provisioning, using: "true", check: "true")
      }
    }
    for raw in table.rule.policies {
      policies.append(
        PolicyDefinition(
          name: raw.name, relation: relation.oid, command: raw.command,
          isPermissive: raw.isPermissive,
          roles: raw.roles == ["public"]
            ? [] : (raw.roles.isEmpty ? manifest.roles.bound : raw.roles).sorted(),
          using: raw.using,
          check: raw.check ?? (["ALL", "UPDATE"].contains(raw.command) ? raw.using : nil)))
    }
    return policies
  }

  private struct Part {
    var command: String
    var suffix: String
    var isReading: Bool
  }

  /// One policy for all commands where the application may change what it reads, else one each.
  private static func commands(
    _ access: Set<TableRule.Command>, application: [String]
  ) -> [Part] {
    guard access.contains(.select) else {
      return access.contains(.insert)
        ? [Part(command: "INSERT", suffix: "insert", isReading: false)] : []
    }
    if access.contains(.update) || access.contains(.delete), !application.isEmpty {
      return [Part(command: "ALL", suffix: "", isReading: true)]
    }
    var parts = [Part(command: "SELECT", suffix: "", isReading: true)]
    if access.contains(.insert) {
      parts.append(Part(command: "INSERT", suffix: "insert", isReading: false))
    }
    return parts
  }

  func tenantColumn(_ table: TableResolver.Table) -> String? {
    switch table.isolation {
    case .root(let column), .column(let column): column
    default: nil
    }
  }

  private func condition(
    of narrow: PolicyManifest.NarrowContext, _ relation: Relation
  ) throws(SyntaxError) -> String {
    let value = try predicates.value(
      of: narrow.context, for: relation.column(narrow.context.column))
    let same = try SQLIdentifier.readable(narrow.context.column) + " = " + value
    return narrow.isOptional ? "\(same) OR \(value) IS NULL" : same
  }
}

extension PolicyManifest.NarrowContext {
  /// True when it holds for a table.
  func covers(_ relation: Relation, in isolation: TableIsolation) -> Bool {
    guard relation.column(context.column) != nil, isolation != .raw, isolation != .global else {
      return false
    }
    return tables.isEmpty
      || tables.contains {
        NamePattern.matches($0, relation.name) || NamePattern.matches($0, relation.displayName)
      }
  }
}

extension PolicyDefinition {
  /// The same for SELECT alone; nil when it has no say in that.
  fileprivate var forReading: PolicyDefinition? {
    guard applies(to: "SELECT") else { return nil }
    var policy = self
    policy.command = "SELECT"
    policy.check = nil
    return policy
  }
}
