internal import DatabaseInstrumentation
internal import Postgres

extension SeedRunner {
  /// Refuses keys that tables do not have before the first file is run.
  ///
  /// A table that is not there yet may be made by a file before; its turn will tell.
  func checkRules(_ plan: SeedPlan, client: InstrumentedClient) throws {
    var seen: Set<String> = []
    for step in plan.pending where seen.insert(step.file.name).inserted {
      guard case .rows(let seed) = step.file.content, let rule = step.file.rule,
        rule.conflict == .update || !rule.key.isEmpty
      else { continue }
      try client.exempt { connection in
        guard
          let target = try RowTarget(schema: seed.schema, table: seed.table, on: connection)
        else { return }
        var columns = seed.format == .jsonLines ? target.columns.map(\.name) : seed.columns
        if let tenantColumn, step.tenant != nil { columns.append(tenantColumn) }
        _ = try RowConflict(rule, target: target, columns: columns, on: connection)
      }
    }
  }
}
