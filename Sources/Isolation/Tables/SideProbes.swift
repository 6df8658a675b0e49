internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Insertions that policies let pass, but that reach across tenants through constraints.
///
/// Foreign keys, unique keys and exclusion constraints look at all rows, whatever the policies hide
/// (PostgreSQL manual, section 5.8 "Row Security Policies").
struct SideProbes {
  var table: ProbedTable
  var role: String
  var privileges: RelationPrivileges
  /// The context of the tenant that inserts.
  var context: TenantContext
  var catalog: Catalog
  var tenancy: [UInt32: Tenancy]
  /// The rows that lie in each table, by the tenant's number.
  var placed: [UInt32: [Int: [PlacedRow]]]
  /// Rows of the other tenant that take part in a key, where not every row does, by the key's name.
  var keyed: [String: SyntheticRow] = [:]

  /// The probes of one direction: what holds for one tenant holds for the other.
  func probes() throws -> [Probe] {
    guard !privileges.insert.isEmpty, let spare = table.spare[0] else { return [] }
    guard let column = table.tenantColumn else { return try besideOwner(spare) }
    var probes: [Probe] = []
    for constraint in catalog.constraints(of: table.relation.oid)
    where !constraint.involvedColumns.contains(column) {
      switch constraint.kind {
      case .foreignKey:
        guard let row = row(spare, referringThrough: constraint) else { continue }
        probes.append(try probe(row, .reference(constraint)))
      case .unique, .exclusion, .primaryKey:
        guard let row = row(spare, colliding: constraint) else { continue }
        var probe = try probe(row, .oracle(constraint))
        if let other = keyed[constraint.name] {
          probe.trial.scene = [try other.insertion(into: table.relation)]
        }
        probes.append(probe)
      case .check: continue
      }
    }
    return probes
  }

  /// The probes of a table whose rows belong to whom the row belongs that they refer to: what else
  /// they refer to may be another tenant's.
  private func besideOwner(_ spare: SyntheticRow) throws -> [Probe] {
    guard let owning = table.parentKey else { return [] }
    return try catalog.constraints(of: table.relation.oid).compactMap { key in
      guard key.kind == .foreignKey, Set(key.columns).isDisjoint(with: owning.columns),
        let row = row(spare, referringThrough: key)
      else { return nil }
      return try probe(row, .reference(key))
    }
  }

  private func probe(_ row: SyntheticRow, _ effect: SideEffect) throws -> Probe {
    var row = row
    row.values = row.values.filter { privileges.insert.contains($0.key) }
    var probe = Probe(
      table: table.relation.oid, operation: .insert, purpose: .attack, method: .insert, actor: 0,
      target: 1,
      trial: Trial(
        try row.insertion(into: table.relation), role: role,
        context: .tenant(context)))
    probe.side = effect
    return probe
  }

  /// The row with its foreign key pointing to a row of the other tenant.
  private func row(
    _ spare: SyntheticRow, referringThrough key: Constraint
  ) -> SyntheticRow? {
    // People are nobody's alone: a tenant may name those of others, and learns nothing by it.
    if case .member = tenancy[key.referencedRelation] { return nil }
    guard tenancy[key.referencedRelation]?.isOwned == true,
      let parent = placed[key.referencedRelation]?[1]?.first?.row,
      key.columns.allSatisfy({ privileges.insert.contains($0) })
    else { return nil }
    var row = spare
    for (column, referenced) in zip(key.columns, key.referencedColumns) {
      guard let value = parent.values[referenced] ?? nil else { return nil }
      row.values[column] = value
    }
    return row
  }

  /// The row with the values of another tenant's row in the columns of a key.
  private func row(_ spare: SyntheticRow, colliding key: Constraint) -> SyntheticRow? {
    let involved = key.involvedColumns.sorted()
    guard let other = keyed[key.name] ?? table.placed[1]?.first?.row, !involved.isEmpty else {
      return nil
    }
    let references = Set(
      catalog.constraints(of: table.relation.oid).filter { $0.kind == .foreignKey }
        .flatMap(\.columns))
    let own = involved.filter { !references.contains($0) }
    // A random id cannot be guessed and a number that counts up says nothing, so neither is an
    // oracle.
    let telling = own.filter { name in
      guard let column = table.relation.column(name) else { return false }
      let usual = column.defaultExpression ?? ""
      return column.type.baseName != "uuid" && column.generation == .none
        && !usual.contains("nextval(") && !usual.contains("uuid")
    }
    guard !telling.isEmpty, own.allSatisfy({ privileges.insert.contains($0) }) else { return nil }
    var row = spare
    for column in own {
      // What the other row leaves to its default, and what a part of the rows has in common, is
      // the same here; only what the key compares must be there.
      if keyed[key.name] == nil, (other.values[column] ?? nil) == nil { return nil }
      row.values[column] = other.values[column]
    }
    return row
  }
}

extension ProbeJudge {
  /// What the outcome of a side probe shows.
  func judge(_ effect: SideEffect, _ outcome: PipelineOutcome) -> ProbeResult {
    switch effect {
    case .reference(let key):
      guard outcome.result?.rowCount == 1 else { return .refused }
      return .reached("a row of tenant A refers to a row of tenant B through \(key.name)")
    case .oracle(let key):
      guard let error = outcome.error, error.object?.constraint == key.name else { return .refused }
      return .reached(
        "tenant A learns from \(key.name) that tenant B has such a row: \(error.message)")
    }
  }
}

extension SideEffect {
  /// The finding for it.
  func finding(
    _ probe: Probe, _ relation: Relation, evidence: String, reproduce: String,
    predicate: TenantPredicate
  ) -> Finding {
    let mending = ConstraintFix(
      predicate: predicate, relation: relation, role: probe.trial.role)
    let rule: String
    var severity = Finding.Severity.warning
    let message: String
    let fix: String
    let table = relation.displayName
    switch self {
    case .reference(let key):
      let parent = predicate.catalog.relations[key.referencedRelation]?.displayName ?? "?"
      rule = "cross-tenant-reference"
      if key.deleteAction != .noAction, key.deleteAction != .restrict { severity = .error }
      message =
        "foreign key \(key.name) lets rows of \(table) refer to another tenant's row of \(parent)"
        + (severity == .error ? ", whose deletion then reaches into \(table)" : "")
      fix = mending.reference(key)
    case .oracle(let key):
      rule = key.kind == .exclusion ? "exclusion-oracle" : "uniqueness-oracle"
      message = "\(key.name) on \(table) holds across tenants, so one learns what another has"
      fix = mending.widened(key)
    }
    return Finding(
      rule: rule, severity: severity, object: table, operation: "insert", role: probe.trial.role,
      message: message, evidence: evidence, reproduce: reproduce, fix: fix)
  }
}
