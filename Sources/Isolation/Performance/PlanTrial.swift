internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Asks the server how it does one operation of one role on a table, in a tenant's context.
struct PlanTrial {
  var relation: Relation
  var role: String
  var operation: ProbedOperation
  /// The statement.
  var sql: String
  var context: TenantContext

  /// What would cost more than this is only planned, not run.
  private static let dearest = 300_000.0
  /// So often it is run; the shortest time counts.
  private static let runs = 4

  /// The trials of a table: one for each operation that the role may do and that reads rows.
  static func all(of relation: Relation, as actor: Actor, _ survey: Survey) throws -> [PlanTrial] {
    guard let table = try survey.stage.table(relation.oid),
      let tenant = table.placed.keys.min()
    else { return [] }
    let privileges = actor.privileges(on: relation.oid)
    var statements: [(ProbedOperation, String)] = []
    if !privileges.select.isEmpty {
      let columns = relation.columns.map(\.name).filter(privileges.select.contains)
      let list = try columns.map { try SQLIdentifier.readable($0) }.joined(separator: ", ")
      statements.append((.select, "SELECT \(list) FROM \(table.sqlName)"))
    }
    let values = table.placed[tenant]?.first?.row.values ?? [:]
    // A column that is in no key, so that nothing but the policies decides.
    let plain = relation.columns.first { column in
      privileges.update.contains(column.name) && values[column.name] != nil
        && column.generation == .none && !table.keyColumns.contains(column.name)
        && column.name != table.tenantColumn
    }
    if let plain {
      let value = try SQLLiteral.quoted(values[plain.name] ?? nil)
      let name = try SQLIdentifier.readable(plain.name)
      statements.append((.update, "UPDATE \(table.sqlName) SET \(name) = \(value)"))
    }
    if privileges.delete { statements.append((.delete, "DELETE FROM \(table.sqlName)")) }
    return statements.map { operation, sql in
      PlanTrial(
        relation: relation, role: actor.role.name, operation: operation, sql: sql,
        context: survey.stage.context(of: tenant))
    }
  }

  /// The plan after `changes`, which are undone; nil when the server refused them or the statement.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func plan(after changes: [String], _ client: InstrumentedClient) throws -> QueryPlan? {
    guard let planned = try ask("EXPLAIN (FORMAT JSON)", 1, changes, client) else {
      return nil
    }
    guard planned.cost < Self.dearest else { return planned }
    // A trigger may refuse what the policies let pass; then the estimate has to do.
    return try ask(
      "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)", Self.runs, changes, client)
      ?? planned
  }

  private func ask(
    _ explain: String, _ runs: Int, _ changes: [String], _ client: InstrumentedClient
  ) throws -> QueryPlan? {
    let statement = PipelineStatement("\(explain) \(sql)")
    var trial = Trial(statement, role: role, context: .tenant(context))
    trial.scene =
      changes.map { PipelineStatement($0) } + [
        PipelineStatement(
          """
          SELECT set_config('jit', 'off', true),
            set_config('max_parallel_workers_per_gather', '0', true)
          """)
      ]
    // Repeated only where it changes nothing.
    if operation == .select {
      trial.steps = Array(repeating: statement, count: max(runs - 1, 0))
    } else if runs > 1 {
      trial.scene.append(.withoutForeignKeys)
    }
    let outcome = try client.rehearse([.trial(trial)])[0].outcome
    return outcome.result?.scalar.flatMap { QueryPlan($0) }
  }
}
