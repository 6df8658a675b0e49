internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Makes the probes of a table that an application works on meanwhile.
///
/// An UPDATE or DELETE without WHERE would lock every real row that a lax policy opens. So each
/// names the made-up rows that it is after; and since a WHERE applies the SELECT policies too, which
/// may hide a lax one, the server is asked as well what the policies alone say of those rows.
struct LiveProbeFactory {
  var base: ProbeFactory
  var conditions: PolicyConditions

  private var table: ProbedTable { base.table }
  private var privileges: RelationPrivileges { base.privileges }

  /// The probes in a tenant's context and in an empty one.
  func probesInContext() throws -> [Probe] {
    var probes: [Probe] = []
    for actor in base.contexts.indices {
      let target = (actor + 1) % base.contexts.count
      let context = Trial.Context.tenant(base.contexts[actor])
      probes += try attacks(actor: actor, target: target, context: context)
      probes += try controls(actor: actor, target: target, context: context)
      probes += try moves(actor: actor, target: target, context: context)
    }
    probes += try probesOfNobody(context: .empty) + base.claims()
    let opened = try base.openedContexts.flatMap { context in
      try attacks(actor: 0, target: 1, context: context)
    }
    return probes + opened.map(\.speculative)
  }

  /// The probes of a session that names no tenant.
  func probesOfNobody(context: Trial.Context) throws -> [Probe] {
    try base.contexts.indices.flatMap { try attacks(actor: nil, target: $0, context: context) }
  }

  // MARK: - Attacks

  private func attacks(
    actor: Int?, target: Int, context: Trial.Context
  ) throws -> [Probe] {
    try base.reads(actor: actor, target: target, context: context, withControl: false)
      + inserts(actor: actor, target: target, context: context)
      + updates(actor: actor, target: target, context: context)
      + deletes(actor: actor, target: target, context: context)
  }

  private func inserts(actor: Int?, target: Int, context: Trial.Context) throws -> [Probe] {
    guard !privileges.insert.isEmpty else { return [] }
    // A new person is no tenant's before another table says so.
    let rows =
      table.holdsMembers
      ? [] : [table.spare[target]].compactMap { $0 } + (table.counterexamples[target] ?? [])
    return try rows.map { row in
      base.probe(
        .insert, .attack, .insert, actor: actor, target: target, context: context,
        try base.insertion(of: row), observation: try countOwned(by: target, among: [row]))
    }
  }

  /// How many rows belong to a tenant if `rows` are the only ones that may have been added.
  private func countOwned(
    by tenant: Int, among rows: [SyntheticRow]
  ) throws -> PipelineStatement {
    let all = Set(table.relation.columns.map(\.name))
    let ownership = try table.ownershipCondition(ofTenant: tenant)
    let isKnown = rows.allSatisfy { row in
      table.placed.values.joined().contains { $0.row == row }
        || table.soughtBy.allSatisfy(privileges.insert.contains)
    }
    guard isKnown, let key = try table.keyCondition(rows, all, ownership.parameters.count + 1)
    else { return try base.countOwned(by: tenant) }
    let placed = table.placed[tenant]?.count ?? 0
    return PipelineStatement(
      "SELECT \(placed) + count(*) FROM \(table.sqlName) WHERE (\(ownership.sql)) AND \(key.sql)",
      ownership.parameters + key.parameters)
  }

  private func updates(actor: Int?, target: Int, context: Trial.Context) throws -> [Probe] {
    guard let assignment = try base.assignment(of: actor ?? target) else { return [] }
    var probes: [Probe] = []
    if let condition = try table.condition(
      ofTenant: target, readable: privileges.select, first: assignment.parameters.count + 1)
    {
      let statement = PipelineStatement(
        "UPDATE \(table.sqlName) SET \(assignment.sql) WHERE \(condition.sql)",
        assignment.parameters + condition.parameters)
      probes.append(
        base.probe(
          .update, .attack, .update, actor: actor, target: target, context: context, statement,
          observation: try base.untouched(actor: actor, target: target)))
    }
    let existing = conditions.existing("UPDATE")
    let new = conditions.new("UPDATE")
    // As it is, and taken over, which a good WITH CHECK does not stop.
    for owner in [[], actor.flatMap { takenOver(by: $0) }].compactMap({ $0 }) {
      if let statement = try evaluation(target, existing: existing, new: new, owner: owner) {
        probes.append(
          evaluating(.update, .update, actor: actor, target: target, context, statement))
      }
    }
    return probes
  }

  /// What makes a row the actor's own; nil when the role may not write it.
  private func takenOver(by actor: Int) -> [(column: String, value: String?)]? {
    guard !table.holdsMembers, table.hasOneOwner(actor) else { return nil }
    let values = table.ownershipValues(of: actor)
    let canBeWritten = values.allSatisfy {
      privileges.update.contains($0.column)
        && table.relation.column($0.column)?.acceptsUpdates == true
    }
    return values.isEmpty || !canBeWritten ? nil : values
  }

  private func deletes(actor: Int?, target: Int, context: Trial.Context) throws -> [Probe] {
    guard privileges.delete else { return [] }
    var probes: [Probe] = []
    if let condition = try table.condition(ofTenant: target, readable: privileges.select) {
      let statement = PipelineStatement(
        "DELETE FROM \(table.sqlName) WHERE \(condition.sql)", condition.parameters)
      var probe = base.probe(
        .delete, .attack, .delete, actor: actor, target: target, context: context, statement,
        observation: try base.untouched(actor: actor, target: target))
      if table.isReferencedInPlace { probe.trial.scene = [.withoutForeignKeys] }
      probes.append(probe)
    }
    if let statement = try evaluation(
      target, existing: conditions.existing("DELETE"), new: nil, owner: [])
    {
      probes.append(
        evaluating(.delete, .delete, actor: actor, target: target, context, statement))
    }
    return probes
  }

  private func moves(actor: Int, target: Int, context: Trial.Context) throws -> [Probe] {
    let values = table.ownershipValues(of: target)
    let canBeWritten = values.allSatisfy {
      privileges.update.contains($0.column)
        && table.relation.column($0.column)?.acceptsUpdates == true
    }
    guard !table.holdsMembers, !values.isEmpty, canBeWritten else { return [] }
    var probes: [Probe] = []
    if let condition = try table.condition(
      ofTenant: actor, readable: privileges.select, first: values.count + 1)
    {
      let assignments = try values.enumerated().map { index, pair in
        try SQLIdentifier.readable(pair.column) + " = $\(index + 1)"
      }
      let statement = PipelineStatement(
        """
        UPDATE \(table.sqlName) SET \(assignments.joined(separator: ", ")) WHERE \(condition.sql)
        """, values.map { Parameter($0.value) } + condition.parameters)
      probes.append(
        base.probe(
          .update, .attack, .move, actor: actor, target: target, context: context, statement,
          observation: try countOwned(
            by: target, among: table.placed[actor, default: []].map(\.row))))
    }
    if let statement = try evaluation(
      actor, existing: conditions.existing("UPDATE"), new: conditions.new("UPDATE"), owner: values)
    {
      probes.append(evaluating(.update, .move, actor: actor, target: target, context, statement))
    }
    return probes
  }

  // MARK: - Controls

  /// The same on the tenant's own rows.
  private func controls(actor: Int, target: Int, context: Trial.Context) throws -> [Probe] {
    var probes: [Probe] = []
    if !privileges.select.isEmpty,
      let own = try table.condition(ofTenant: actor, readable: privileges.select)
    {
      let statement = PipelineStatement(
        "SELECT count(*) FROM \(table.sqlName) WHERE \(own.sql)", own.parameters)
      probes.append(
        base.probe(
          .select, .control, .read, actor: actor, target: target, context: context, statement))
    }
    if !privileges.insert.isEmpty, let spare = table.spare[actor] {
      probes.append(
        base.probe(
          .insert, .control, .insert, actor: actor, target: target, context: context,
          try base.insertion(of: spare)))
    }
    if let assignment = try base.assignment(of: actor),
      let own = try table.condition(
        ofTenant: actor, readable: privileges.select, first: assignment.parameters.count + 1)
    {
      let statement = PipelineStatement(
        "UPDATE \(table.sqlName) SET \(assignment.sql) WHERE \(own.sql)",
        assignment.parameters + own.parameters)
      probes.append(
        base.probe(
          .update, .control, .update, actor: actor, target: target, context: context, statement))
      // A trigger that carries the change further may reach the other tenant.
      if table.relation.hasTriggers {
        probes.append(
          base.probe(
            .update, .blind, .update, actor: actor, target: target, context: context, statement,
            observation: try base.untouched(actor: actor, target: target)))
      }
    }
    if privileges.delete,
      let own = try table.condition(ofTenant: actor, readable: privileges.select)
    {
      let statement = PipelineStatement(
        "DELETE FROM \(table.sqlName) WHERE \(own.sql)", own.parameters)
      var probe = base.probe(
        .delete, .control, .delete, actor: actor, target: target, context: context, statement)
      if table.isReferencedInPlace { probe.trial.scene = [.withoutForeignKeys] }
      probes.append(probe)
    }
    return probes
  }

  // MARK: - Evaluation

  private func evaluating(
    _ operation: ProbedOperation, _ method: Probe.Method, actor: Int?, target: Int,
    _ context: Trial.Context, _ statement: PipelineStatement
  ) -> Probe {
    var probe = base.probe(
      operation, .attack, method, actor: actor, target: target, context: context, statement)
    probe.isEvaluation = true
    return probe
  }

  /// Counts the rows of a tenant that `existing` lets through, and that `new` still accepts once
  /// `owner` is written into them.
  ///
  /// The rows are given as literals, since the role may not be able to read them. They are called
  /// as their table, as the expressions of the catalog call them inside subqueries.
  private func evaluation(
    _ tenant: Int, existing: String, new: String?, owner: [(column: String, value: String?)]
  ) throws -> PipelineStatement? {
    let texts = table.placed[tenant, default: []].compactMap(\.text)
    guard !texts.isEmpty else { return nil }
    let alias = try SQLIdentifier.quoted(table.relation.name)
    let parts = try texts.map { text in
      let row = "(CAST(\(try SQLLiteral.quoted(text)) AS \(table.sqlName)))"
      let old = "(SELECT count(*) FROM (SELECT \(row).*) \(alias) WHERE \(existing))"
      guard let new else { return old }
      let columns = try table.relation.columns.map { column in
        let name = try SQLIdentifier.quoted(column.name)
        guard let value = owner.first(where: { $0.column == column.name }) else {
          return "\(row).\(name) AS \(name)"
        }
        return "CAST(\(try SQLLiteral.quoted(value.value)) AS \(column.type.sql)) AS \(name)"
      }
      return old
        + " * (SELECT count(*) FROM (SELECT \(columns.joined(separator: ", "))) \(alias)"
        + " WHERE \(new))"
    }
    return PipelineStatement("SELECT (" + parts.joined(separator: " + ") + ")::text")
  }
}
