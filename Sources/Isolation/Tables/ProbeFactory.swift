internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Makes the probes of a table.
struct ProbeFactory {
  var table: ProbedTable
  var role: String
  var privileges: RelationPrivileges
  /// The contexts of the tenants.
  var contexts: [TenantContext]

  /// The probes in a tenant's context and in an empty one.
  func probesInContext() throws -> [Probe] {
    var probes: [Probe] = []
    for actor in contexts.indices {
      let target = (actor + 1) % contexts.count
      let context = Trial.Context.tenant(contexts[actor])
      probes += try reads(actor: actor, target: target, context: context, withControl: true)
      probes += try inserts(actor: actor, target: target, context: context, withControl: true)
      probes += try updates(actor: actor, target: target, context: context, withControl: true)
      probes += try moves(actor: actor, target: target, context: context)
      probes += try takeovers(actor: actor, target: target, context: context)
      probes += try deletes(actor: actor, target: target, context: context)
    }
    return try probes + probesOfNobody(context: .empty) + claims() + onUnowned()
  }

  /// Insertions of rows that belong to ids which only resemble the actor's, or which policies name.
  func claims() throws -> [Probe] {
    guard !privileges.insert.isEmpty, let column = table.tenantColumn else { return [] }
    return try table.claims.map { claim in
      let context =
        claim.actor.map { Trial.Context.tenant(contexts[$0]) } ?? .empty
      let name = try SQLIdentifier.readable(column)
      var probe = probe(
        .insert, .attack, .insert, actor: claim.actor, target: claim.actor == 0 ? 1 : 0,
        context: context, try insertion(of: claim.row),
        observation: PipelineStatement(
          "SELECT count(*) FROM \(table.sqlName) WHERE \(name) IS NOT DISTINCT FROM $1",
          [Parameter(claim.tenant)]))
      probe.claim = claim.tenant.map { "tenant '\($0)'" } ?? "no tenant (NULL)"
      return probe
    }
  }

  /// The probes of a session that names no tenant.
  func probesOfNobody(context: Trial.Context) throws -> [Probe] {
    try contexts.indices.flatMap { target in
      try reads(actor: nil, target: target, context: context, withControl: false)
        + inserts(actor: nil, target: target, context: context, withControl: false)
        + updates(actor: nil, target: target, context: context, withControl: false)
        + deletes(actor: nil, target: target, context: context)
    }
  }

  func probe(
    _ operation: ProbedOperation, _ purpose: Probe.Purpose, _ method: Probe.Method, actor: Int?,
    target: Int, context: Trial.Context, _ statement: PipelineStatement,
    observation: PipelineStatement? = nil
  ) -> Probe {
    Probe(
      table: table.relation.oid, operation: operation, purpose: purpose, method: method,
      actor: actor, target: target,
      trial: Trial(statement, role: role, context: context, observation: observation))
  }

  // MARK: - SELECT

  func reads(
    actor: Int?, target: Int, context: Trial.Context, withControl: Bool
  ) throws -> [Probe] {
    guard !privileges.select.isEmpty else { return [] }
    var probes: [Probe] = []
    if let attack = try read(target) {
      probes.append(
        probe(.select, .attack, .read, actor: actor, target: target, context: context, attack))
    }
    if withControl, let actor, let control = try read(actor) {
      probes.append(
        probe(.select, .control, .read, actor: actor, target: target, context: context, control))
    }
    return probes
  }

  private func read(_ tenant: Int) throws -> PipelineStatement? {
    guard
      let condition = try table.condition(ofTenant: tenant, readable: privileges.select)
    else { return nil }
    return PipelineStatement(
      "SELECT count(*) FROM \(table.sqlName) WHERE \(condition.sql)", condition.parameters)
  }

  // MARK: - INSERT

  func inserts(
    actor: Int?, target: Int, context: Trial.Context, withControl: Bool
  ) throws -> [Probe] {
    guard !privileges.insert.isEmpty else { return [] }
    var probes: [Probe] = []
    // A new person is no tenant's before another table says so.
    let rows =
      table.holdsMembers
      ? [] : [table.spare[target]].compactMap { $0 } + (table.counterexamples[target] ?? [])
    for row in rows {
      let attack = try insertion(of: row)
      probes.append(
        probe(
          .insert, .attack, .insert, actor: actor, target: target, context: context, attack,
          observation: try countOwned(by: target)))
    }
    for row in table.holdsMembers ? [] : variants(actor: actor, target: target) {
      var variant = probe(
        .insert, .attack, .insert, actor: actor, target: target, context: context,
        try insertion(of: row), observation: try countOwned(by: target))
      variant.isVariant = true
      probes.append(variant)
    }
    if withControl, let actor, let own = table.spare[actor] {
      probes.append(
        probe(
          .insert, .control, .insert, actor: actor, target: target, context: context,
          try insertion(of: own)))
    }
    return probes
  }

  func insertion(of row: SyntheticRow) throws -> PipelineStatement {
    var row = row
    // A column that the role may not write is left to its default, as the application leaves it.
    row.values = row.values.filter { privileges.insert.contains($0.key) }
    return try row.insertion(into: table.relation)
  }

  /// Counts the rows that belong to a tenant, which an insertion or a move raises.
  func countOwned(by tenant: Int) throws -> PipelineStatement {
    let condition = try table.ownershipCondition(ofTenant: tenant)
    return PipelineStatement(
      "SELECT count(*) FROM \(table.sqlName) WHERE \(condition.sql)", condition.parameters)
  }

  // MARK: - UPDATE

  func updates(
    actor: Int?, target: Int, context: Trial.Context, withControl: Bool
  ) throws -> [Probe] {
    let owner = actor.flatMap { table.placed[$0] == nil ? nil : $0 } ?? target
    guard let assignment = try assignment(of: owner) else { return [] }
    // A WHERE would apply the SELECT policies too and so hide a lax UPDATE policy.
    let blind = PipelineStatement(
      "UPDATE \(table.sqlName) SET \(assignment.sql)", assignment.parameters)
    var probes = [
      probe(
        .update, .blind, .update, actor: actor, target: target, context: context, blind,
        observation: try untouched(actor: actor, target: target))
    ]
    // Should the blind statement be refused for another tenant's row, this one is not.
    if withControl, let actor,
      let condition = try table.condition(
        ofTenant: actor, readable: privileges.select, first: assignment.parameters.count + 1)
    {
      probes.append(
        probe(
          .update, .control, .update, actor: actor, target: target, context: context,
          PipelineStatement(
            "UPDATE \(table.sqlName) SET \(assignment.sql) WHERE \(condition.sql)",
            assignment.parameters + condition.parameters)))
    }
    return probes
  }

  /// A harmless `column = value` for a column that the role may change.
  func assignment(of tenant: Int) throws -> (sql: String, parameters: [Parameter])? {
    let ownership = Set(table.ownershipValues(of: tenant).map(\.column))
    let row = table.placed[tenant]?.first?.row
    let columns = table.relation.columns.filter {
      privileges.update.contains($0.name) && $0.acceptsUpdates
    }
    let plain = columns.filter {
      !table.keyColumns.contains($0.name) && !ownership.contains($0.name)
    }
    if let column = plain.first(where: { (row?.values[$0.name] ?? nil) != nil }) {
      let value = Parameter(row?.values[column.name] ?? nil)
      return (try SQLIdentifier.readable(column.name) + " = $1", [value])
    }
    if let column = plain.first(where: { $0.defaultExpression != nil || !$0.isNotNull }) {
      return (try SQLIdentifier.readable(column.name) + " = DEFAULT", [])
    }
    // The tenant's own id changes none of its rows, whereas a key's value would make two of them
    // collide.
    let rest =
      columns.filter { ownership.contains($0.name) }
      + columns.filter { !ownership.contains($0.name) }
    guard let column = rest.first(where: { (row?.values[$0.name] ?? nil) != nil }) else {
      // The only change that an identity column allows.
      return try table.relation.columns.first {
        privileges.update.contains($0.name) && $0.generation == .identityAlways
      }.map { (try SQLIdentifier.readable($0.name) + " = DEFAULT", []) }
    }
    let value = Parameter(row?.values[column.name] ?? nil)
    return (try SQLIdentifier.readable(column.name) + " = $1", [value])
  }

  /// Counts the placed rows of the other tenant and of the actor that are still as they were.
  func untouched(actor: Int?, target: Int) throws -> PipelineStatement {
    let others = try table.storageCondition(ofTenant: target)
    let own = try actor.map { try table.storageCondition(ofTenant: $0) } ?? "false"
    return PipelineStatement(
      """
      SELECT count(*) FILTER (WHERE \(others)), count(*) FILTER (WHERE \(own)) \
      FROM \(table.sqlName) WHERE \(others) OR \(own)
      """)
  }

  func moves(actor: Int, target: Int, context: Trial.Context) throws -> [Probe] {
    guard !table.holdsMembers, let statement = try handover(to: target) else { return [] }
    return [
      probe(
        .update, .attack, .move, actor: actor, target: target, context: context, statement,
        observation: try countOwned(by: target))
    ]
  }

  /// Makes the other tenant's rows one's own: a good WITH CHECK does not stop it where USING is
  /// lax.
  func takeovers(actor: Int, target: Int, context: Trial.Context) throws -> [Probe] {
    // Rows of one's own that change too could meet a constraint, which would prove nothing.
    guard !table.holdsMembers, table.hasOneOwner(actor), let statement = try handover(to: actor)
    else { return [] }
    return [
      probe(
        .update, .attack, .update, actor: actor, target: target, context: context, statement,
        observation: try untouched(actor: actor, target: target))
    ]
  }

  /// Gives every row that can be reached to a tenant; nil when the role may not write the columns
  /// that say whose it is.
  func handover(to tenant: Int) throws -> PipelineStatement? {
    let values = table.ownershipValues(of: tenant)
    let canBeWritten = values.allSatisfy { value in
      privileges.update.contains(value.column)
        && table.relation.column(value.column)?.acceptsUpdates == true
    }
    guard !values.isEmpty, canBeWritten else { return nil }
    let assignments = try values.enumerated().map { index, pair in
      try SQLIdentifier.readable(pair.column) + " = $\(index + 1)"
    }
    return PipelineStatement(
      "UPDATE \(table.sqlName) SET \(assignments.joined(separator: ", "))",
      values.map { Parameter($0.value) })
  }

  // MARK: - DELETE

  func deletes(actor: Int?, target: Int, context: Trial.Context) throws -> [Probe] {
    guard privileges.delete else { return [] }
    var probe = probe(
      .delete, .blind, .delete, actor: actor, target: target, context: context,
      PipelineStatement("DELETE FROM \(table.sqlName)"),
      observation: try untouched(actor: actor, target: target))
    if table.isReferencedInPlace { probe.trial.scene = [.withoutForeignKeys] }
    return [probe]
  }
}

extension Column {
  /// True when an UPDATE may give it a value.
  var acceptsUpdates: Bool { generation != .stored && generation != .identityAlways }
}
