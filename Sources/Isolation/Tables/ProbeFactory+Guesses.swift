internal import DatabaseInstrumentation
internal import Postgres

extension ProbeFactory {
  /// The attacks again, by a session that sets what the policies ask for beside the tenant.
  func throughBackdoors() throws -> [Probe] {
    let probes = try openedContexts.flatMap { context in
      try reads(actor: 0, target: 1, context: context, withControl: false)
        + inserts(actor: 0, target: 1, context: context, withControl: false)
        + updates(actor: 0, target: 1, context: context, withControl: false)
        + moves(actor: 0, target: 1, context: context)
        + takeovers(actor: 0, target: 1, context: context)
        + deletes(actor: 0, target: 1, context: context)
    }
    return probes.map(\.speculative)
  }

  /// The first tenant's context with the settings that may open the policies.
  var openedContexts: [Trial.Context] {
    table.backdoors.map { settings in
      var opened = contexts[0]
      opened.settings.merge(settings) { _, backdoor in backdoor }
      return .tenant(opened)
    }
  }

  /// Whether a session without a tenant reads a row that belongs to none, and whether a tenant does,
  /// for whom it is shared then.
  private func readsOfUnowned(_ insertion: PipelineStatement) -> [Probe] {
    // The system columns come only with the privilege on the whole table.
    guard privileges.select.isSuperset(of: table.relation.columns.map(\.name)) else { return [] }
    let statement = PipelineStatement(
      "SELECT count(*) FROM \(table.sqlName) WHERE \(UnownedRows.place)")
    return [(nil, Trial.Context.empty), (0, .tenant(contexts[0]))].map { actor, context in
      var probe = probe(
        .select, .attack, .read, actor: actor, target: 1, context: context, statement)
      probe.claim = "no tenant (NULL)"
      probe.isOnUnowned = true
      probe.trial.scene = [insertion]
      return probe.speculative
    }
  }

  /// What is done to a row that belongs to no tenant.
  func onUnowned() throws -> [Probe] {
    guard let row = table.unowned, let column = table.tenantColumn else { return [] }
    let insertion = try UnownedRows.insertion(of: row, column: column, into: table.relation)
    let observation = PipelineStatement(
      """
      SELECT CASE WHEN COALESCE(current_setting('dbtool.unowned', true), '') = '' THEN 1
        ELSE (SELECT count(*) FROM \(table.sqlName) WHERE \(UnownedRows.place)) END
      """)
    var statements: [(ProbedOperation, Probe.Method, PipelineStatement)] = []
    if let assignment = try assignment(of: 0) {
      statements.append(
        (
          .update, .update,
          PipelineStatement(
            "UPDATE \(table.sqlName) SET \(assignment.sql)", assignment.parameters)
        ))
    }
    if let handover = try handover(to: 0) { statements.append((.update, .update, handover)) }
    if privileges.delete {
      statements.append((.delete, .delete, PipelineStatement("DELETE FROM \(table.sqlName)")))
    }
    return readsOfUnowned(insertion)
      + statements.map { operation, method, statement in
        var probe = probe(
          operation, .attack, method, actor: 0, target: 1, context: .tenant(contexts[0]), statement,
          observation: observation)
        probe.claim = "no tenant (NULL)"
        probe.isOnUnowned = true
        probe.trial.scene = [insertion]
        if table.isReferencedInPlace { probe.trial.scene.append(.withoutForeignKeys) }
        return probe.speculative
      }
  }
}
