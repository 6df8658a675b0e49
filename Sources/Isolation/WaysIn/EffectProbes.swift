internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Writes a tenant's own rows where triggers or rules run, and looks at all other tables.
///
/// Rules and SECURITY DEFINER triggers act as their owner (PostgreSQL manual, section 41.5 "Rules
/// and Privileges"): what they write may be another tenant's, and what they copy may be shown to
/// it. What an UPDATE or a DELETE does in the table itself, `TableCheck` looks at.
struct EffectProbes: IsolationCheck {
  var rules: [String] { ["trigger-crosses-tenants", "shared-table-leak"] }

  /// A write of a tenant's own row, and after it a leak that was seen.
  struct Leak: Sendable {
    var table: Relation
    var operation: ProbedOperation
    var actor: Int
    var target: Int
    var trial: Trial
    /// The table in which something was seen.
    var other: Relation?
    /// The look of the other tenant at what was copied; nil when its rows were changed.
    var look: Trial?
  }

  func phrase(_ survey: Survey) -> String { "looking at what triggers and rules do" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let tables = survey.targets.filter { $0.hasTriggers && survey.stage.placed[$0.oid] != nil }
    var outcome = CheckOutcome()
    var leaks: [Leak] = []
    let filled = try fill(tables, &survey)
    for relation in tables {
      let fixed = survey
      var writes: [Leak] = []
      for actor in survey.actors {
        writes += try self.writes(
          of: relation, by: actor, survey.stage, filled[relation.oid] ?? [:])
      }
      outcome.probes += writes.count
      leaks += try harms(writes.filter { $0.operation != .delete }, survey)
      leaks += try copies(writes.filter { $0.operation != .delete }, survey)
      let deletions = writes.filter { $0.operation == .delete }
      guard !deletions.isEmpty else { continue }
      leaks +=
        try survey.stage.withoutReferrers(to: [relation.oid], on: survey.connection) {
          try harms(deletions, fixed) + copies(deletions, fixed)
        } ?? []
    }
    var seen: Set<String> = []
    for leak in leaks {
      guard let finding = leak.finding(survey) else { continue }
      if seen.insert([finding.rule, finding.object, finding.role].joined(separator: " ")).inserted,
        // A shared table that a view probe has shown already.
        leak.look == nil
          || !survey.reported.contains("read \(leak.other?.oid ?? 0) \(leak.trial.role)")
      {
        outcome.findings.append(finding)
      }
    }
    return outcome
  }

  // MARK: - Writes

  /// Values for the columns that are NULL in the rows that lie in place, by table and column: what
  /// a trigger does when something is filled in, it does only then.
  private func fill(
    _ tables: [Relation], _ survey: inout Survey
  ) throws -> [UInt32: [String: String]] {
    var wishes: [(column: String, wish: RowSynthesizer.Wish)] = []
    for relation in tables {
      guard let table = try survey.stage.table(relation.oid),
        let own = table.placed[0]?.first?.row
      else { continue }
      for column in relation.columns
      where !column.isNotNull && isNatural(column, table, 0)
        && (own.values[column.name] ?? nil) == nil
      {
        wishes.append(
          (
            column.name,
            RowSynthesizer.Wish(
              relation: relation.oid, owner: .tenant(0),
              condition: "\(try SQLIdentifier.readable(column.name)) IS NOT NULL")
          ))
      }
    }
    guard !wishes.isEmpty else { return [:] }
    let rows = try survey.stage.synthesizer.makeRows(for: wishes.map(\.wish), on: survey.connection)
    var filled: [UInt32: [String: String]] = [:]
    for ((column, wish), row) in zip(wishes, rows) {
      guard let value = row?.values[column] ?? nil else { continue }
      filled[wish.relation, default: [:]][column] = value
    }
    return filled
  }

  private func writes(
    of relation: Relation, by actor: Actor, _ stage: Stage, _ filled: [String: String]
  ) throws -> [Leak] {
    guard let table = try stage.table(relation.oid) else { return [] }
    let privileges = actor.privileges(on: relation.oid)
    var writes: [Leak] = []
    for writer in stage.tenants.indices {
      let target = (writer + 1) % stage.tenants.count
      func add(_ operation: ProbedOperation, _ statement: PipelineStatement) {
        writes.append(
          Leak(
            table: relation, operation: operation, actor: writer, target: target,
            trial: Trial(
              statement, role: actor.role.name,
              context: .tenant(stage.context(of: writer)))))
      }
      guard let own = table.placed[writer]?.first?.row, let other = table.placed[target]?.first?.row
      else { continue }
      // A trigger that looks for rows by a natural value finds the other tenant's by its value.
      let natural = relation.columns.filter { isNatural($0, table, writer) }
        .map(\.name).filter { (other.values[$0] ?? nil) != nil }
      if !privileges.insert.isEmpty, var row = table.spare[writer] {
        row.values = row.values.filter { privileges.insert.contains($0.key) }
        add(.insert, try row.insertion(into: relation))
        for name in natural where row.values[name] != nil { row.values[name] = other.values[name] }
        add(.insert, try row.insertion(into: relation))
      }
      let changeable = natural.filter { privileges.update.contains($0) }
      for values in [own.values, other.values] where !changeable.isEmpty {
        let assignments = try changeable.enumerated().map { index, name in
          try SQLIdentifier.readable(name) + " = $\(index + 1)"
        }
        add(
          .update,
          PipelineStatement(
            "UPDATE \(table.sqlName) SET \(assignments.joined(separator: ", "))",
            changeable.map { Parameter(values[$0] ?? nil) }))
      }
      for (name, value) in filled.sorted(by: { $0.key < $1.key })
      where privileges.update.contains(name) {
        add(
          .update,
          PipelineStatement(
            "UPDATE \(table.sqlName) SET \(try SQLIdentifier.readable(name)) = $1",
            [.text(value)]))
      }
      if privileges.delete { add(.delete, PipelineStatement("DELETE FROM \(table.sqlName)")) }
    }
    return writes
  }

  /// True for a column that neither identifies a row nor says whose it is.
  private func isNatural(_ column: Column, _ table: ProbedTable, _ tenant: Int) -> Bool {
    column.generation == .none && !table.keyColumns.contains(column.name)
      && !table.ownershipValues(of: tenant).contains { $0.column == column.name }
  }

  // MARK: - Effects

  private func harms(_ writes: [Leak], _ survey: Survey) throws -> [Leak] {
    let outcomes = try WriteTrials(survey: survey).run(writes.map { ($0.trial, $0.target) })
    return zip(writes, outcomes).compactMap { write, outcome in
      let family = Set([write.table.oid] + write.table.parents)
      guard
        let other = outcome.harmed.first(where: {
          // No policy lets an insertion change other rows, whereas an UPDATE may go too far itself.
          write.operation == .insert
            || !family.contains($0.oid) && !$0.parents.contains(write.table.oid)
        })
      else { return nil }
      var leak = write
      leak.other = other
      return leak
    }
  }

  /// The writes whose row the other tenant then finds in another table.
  private func copies(_ writes: [Leak], _ survey: Survey) throws -> [Leak] {
    var leaks: [Leak] = []
    for write in writes {
      let seen = try survey.connection.undoing { try self.seen(after: write, survey) }
      guard let (relation, look) = seen else { continue }
      // What was there before is no copy of this write.
      let earlier = try survey.client.rehearse([.trial(look)]).first
      guard earlier?.outcome.result?.scalar == "0" else { continue }
      var leak = write
      leak.other = relation
      leak.look = look
      leaks.append(leak)
    }
    return leaks
  }

  /// Writes, and the first table in which the other tenant then sees something of the writer's.
  private func seen(after write: Leak, _ survey: Survey) throws -> (Relation, Trial)? {
    let before = try written(survey)
    let context = try survey.writer.set(survey.stage.context(of: write.actor))
    let outcomes = try survey.connection.pipeline(
      context.map { PipelineStatement($0) } + [
        PipelineStatement("SELECT set_config('role', $1, true)", [.text(write.trial.role)]),
        write.trial.statement,
        PipelineStatement("SELECT set_config('role', 'none', true)", synchronizes: true),
      ])
    guard !outcomes.contains(where: { $0.error != nil }) else { return nil }
    let touched = try written(survey).filter { $0.value != before[$0.key] }.keys
    let looks = try touched.sorted().compactMap { oid -> (Relation, Trial)? in
      // Where rows have a tenant, a row more of another one's is seen as harm.
      guard survey.model.tables[oid]?.isOwned != true,
        let relation = survey.catalog.relations[oid],
        let look = try look(at: relation, write, survey)
      else { return nil }
      return (relation, look)
    }
    let shown = try survey.client.rehearse(looks.map { .trial($0.1) })
    return zip(looks, shown).first {
      ($0.1.outcome.result?.scalar.flatMap { Int($0) } ?? 0) > 0
    }?.0
  }

  /// How many rows of each table the transaction has written so far.
  private func written(_ survey: Survey) throws -> [UInt32: String] {
    let tables = survey.catalog.relations.values.filter { $0.kind == .table }.map { String($0.oid) }
    let result = try survey.connection.execute(
      """
      SELECT o::text, (pg_stat_get_xact_tuples_inserted(o) + pg_stat_get_xact_tuples_updated(o))::text
      FROM unnest($1::oid[]) o
      """, [.text("{" + tables.sorted().joined(separator: ",") + "}")])
    return Dictionary(
      result.rows.compactMap { row in UInt32(row.text(0)).map { ($0, row.text(1)) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The other tenant's look for values of the writer.
  private func look(
    at relation: Relation, _ write: Leak, _ survey: Survey
  ) throws -> Trial? {
    guard let actor = survey.actors.first(where: { $0.role.name == write.trial.role }) else {
      return nil
    }
    let readable = actor.privileges(on: relation.oid).select
    let columns = try relation.columns.map(\.name).filter { readable.contains($0) }
      .map { try SQLIdentifier.readable($0) + "::text" }
    guard !columns.isEmpty else { return nil }
    var markers = survey.values.markers[write.actor]
    for row in [
      survey.stage.synthesizer.rows(of: write.table.oid, owner: .tenant(write.actor)).last
    ] {
      markers += (row?.values.values.compactMap { $0 } ?? []).filter { $0.count >= 8 }
    }
    // Values that the write took over from the reader are the reader's own.
    let own = Set(
      survey.stage.synthesizer.insertions.filter { $0.owner != .tenant(write.actor) }
        .flatMap { $0.values.values.compactMap { $0 } })
    let telling = markers.filter { !own.contains($0) }
    let text = columns.joined(separator: ", ")
    return Trial(
      PipelineStatement(
        Reading.sql(
          text: "concat_ws(' ', \(text))", row: "ROW(\(text))::text",
          from: try SQLIdentifier.readable(schema: relation.schema, name: relation.name)),
        [.text(PostgresArray.text(of: telling))]), role: write.trial.role,
      context: .tenant(survey.stage.context(of: write.target)))
  }
}

extension EffectProbes.Leak {
  /// The finding for it.
  func finding(_ survey: Survey) -> Finding? {
    guard let other else { return nil }
    let writer = survey.writer
    let (actorName, targetName) = (TenantName.of(actor), TenantName.of(target))
    guard let look else {
      return Finding(
        rule: "trigger-crosses-tenants", severity: .error, object: other.displayName,
        operation: operation.rawValue, role: trial.role,
        message:
          "a trigger or rule of \(table.displayName) writes rows of another tenant in \(other.displayName)",
        evidence:
          "\(operation.rawValue) of \(actorName) on its own row of \(table.displayName) touched rows of \(targetName) in \(other.displayName)",
        reproduce: (try? writer.script(
          writing: trial, actor: actor, target: target,
          deleted: operation == .delete ? [table.oid] : [])) ?? "",
        fix:
          "-- compare the tenant of NEW or OLD in every statement of the triggers and rules of \(SQLNames.of(table))"
      )
    }
    return Finding(
      rule: "shared-table-leak", severity: .error, object: other.displayName, operation: "select",
      role: trial.role,
      message:
        "\(other.displayName) belongs to no tenant and holds what a trigger or rule of \(table.displayName) copied from tenants' rows",
      evidence:
        "\(operation.rawValue) of \(actorName) on its own row of \(table.displayName) shown to \(targetName) in \(other.displayName)",
      reproduce: (try? writer.script(copying: self, look)) ?? "",
      fix:
        "REVOKE SELECT ON \(SQLNames.of(other)) FROM \(SQLNames.of(trial.role));\n-- or give it a tenant column and a policy"
    )
  }
}

extension ScriptWriter {
  /// The script that writes as one tenant and looks as the other.
  fileprivate func script(copying leak: EffectProbes.Leak, _ look: Trial) throws -> String {
    var lines = try beginning()
    if leak.operation == .delete { lines += try withoutReferrers(to: [leak.table.oid]) }
    lines += try entry(leak.trial, actor: leak.actor)
    lines.append(try inlined(leak.trial.statement) + ";")
    lines.append("RESET ROLE;")
    lines += try entry(look, actor: leak.target)
    lines.append("-- must not show values of \(TenantName.of(leak.actor))")
    lines.append(try inlined(look.statement) + ";")
    return (lines + ["ROLLBACK;"]).joined(separator: "\n")
  }
}
