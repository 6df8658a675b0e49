internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Reads and deletes a tenant's rows in the contexts of ids that resemble the tenant's.
///
/// `LIKE`, `lower`, `left`, `strpos`, `%` and the like hold for ids that are not equal, and a
/// tenant that may not insert anything can still read a namesake's rows. The ids are tried in one
/// statement for each group of tables with the same policies; what it shows is then tried on each
/// table by itself.
struct LookAlikeContexts: IsolationCheck {
  var rules: [String] { ["look-alike-tenant", "loose-context"] }

  /// An id in whose context rows of another tenant were reached.
  struct Hit: Sendable {
    var table: ProbedTable
    var role: String
    var operation: ProbedOperation
    var context: String
    var trial: Trial
    /// True when a tenant can have that id beside the one whose rows were reached.
    var isPossible: Bool
  }

  /// The tenant whose rows are looked for.
  private let target = 1

  func phrase(_ survey: Survey) -> String { "trying ids that resemble a tenant's" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    var outcome = CheckOutcome()
    let policies = survey.catalog.policiesByRelation
    let tables = try survey.targets.compactMap { try survey.stage.table($0.oid) }.filter {
      $0.relation.hasRowSecurity && $0.tenantColumn != nil && $0.placed[target] != nil
    }
    for actor in survey.actors
    where !actor.role.isSuperuser && !actor.role.bypassesRowSecurity {
      let reachable = tables.filter { table in
        let privileges = actor.privileges(on: table.relation.oid)
        return table.tenantColumn.map { privileges.select.contains($0) } == true
          || privileges.delete
      }
      let groups = Dictionary(grouping: reachable) { table in
        (policies[table.relation.oid] ?? []).filter { $0.binds(actor.role) }
          .map { "\($0.command) \($0.isPermissive) \($0.using ?? "")" }.sorted()
          .joined(separator: "\n")
          + (table.tenantColumn.flatMap {
            table.relation.column($0)?.type.sql
          } ?? "")
      }
      for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
        guard let first = group.first else { continue }
        let found = try search([first], as: actor, survey)
        outcome.probes += 1
        guard !found.isEmpty else { continue }
        let rest = try search(Array(group.dropFirst()), as: actor, survey)
        outcome.probes += group.count - 1
        let hits = try confirmed(found + rest, survey)
        outcome.findings += hits.map { $0.finding(target, survey) }
      }
    }
    return outcome
  }

  // MARK: - Search

  private func search(_ tables: [ProbedTable], as actor: Actor, _ survey: Survey) throws -> [Hit] {
    let trials = try tables.map { table in
      Trial(
        PipelineStatement(try block(table, actor.privileges(on: table.relation.oid), survey)),
        role: actor.role.name, context: .empty,
        observation: PipelineStatement("SELECT current_setting('dbtool.seen', true)"))
    }
    let outcomes = try survey.client.rehearse(trials.map { .trial($0) })
    return try zip(tables, outcomes).flatMap { table, outcome -> [Hit] in
      guard let seen = outcome.observation?.scalar else { return [] }
      let entries = PostgresArray.elements(of: seen).compactMap { $0 }
      let stranger = survey.stage.tenants[1 - target]
      let isOpen = entries.contains { $0 == "select" + stranger }
      // The stranger deletes rows of its own, which says nothing.
      let telling = entries.filter { entry in
        entry.dropFirst(6) != stranger && !(isOpen && entry.hasPrefix("select"))
      }
      return try telling.compactMap { entry in
        guard let operation = ProbedOperation(rawValue: String(entry.prefix(6))) else { return nil }
        let context = String(entry.dropFirst(6))
        return Hit(
          table: table, role: actor.role.name, operation: operation, context: context,
          trial: Trial(
            try statement(operation, table, survey), role: actor.role.name,
            context: .tenant(TenantContext(tenant: context))), isPossible: false)
      }
    }
  }

  private func statement(
    _ operation: ProbedOperation, _ table: ProbedTable, _ survey: Survey
  ) throws -> PipelineStatement {
    guard operation == .select, let column = table.tenantColumn else {
      return PipelineStatement("DELETE FROM \(table.sqlName)")
    }
    return PipelineStatement(
      "SELECT count(*) FROM \(table.sqlName) WHERE \(try SQLIdentifier.readable(column)) = $1",
      [.text(survey.stage.tenants[target])])
  }

  /// Tries all ids in one statement, as the role; a context that the policies cannot digest is
  /// none.
  private func block(
    _ table: ProbedTable, _ privileges: RelationPrivileges, _ survey: Survey
  ) throws -> String {
    guard let name = table.tenantColumn, let column = table.relation.column(name) else { return "" }
    let own = survey.stage.tenants[target]
    // First an id that resembles nothing: where that reaches the rows, everybody does.
    let ids =
      [survey.stage.tenants[1 - target]] + LookAlikes.of(own, type: column.type)
      + LookAlikes.patterns(of: own)
    let contexts = try SQLLiteral.quoted(PostgresArray.text(of: ids))
    let setting = try SQLLiteral.quoted(survey.options.tenantSetting)
    let rows =
      "\(table.sqlName) WHERE \(try SQLIdentifier.readable(name)) = \(try SQLLiteral.quoted(own))"
    let read = """
      BEGIN
        PERFORM set_config(\(setting), context, true);
        SELECT count(*) INTO reached FROM \(rows);
        IF reached > 0 THEN seen := seen || ('select' || context); END IF;
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
      """
    // Raising an error takes the deletion back.
    let delete = """
      BEGIN
        PERFORM set_config(\(setting), context, true);
        DELETE FROM \(table.sqlName);
        GET DIAGNOSTICS reached = ROW_COUNT;
        RAISE EXCEPTION USING ERRCODE = 'DBT00', MESSAGE = reached::text;
      EXCEPTION
        WHEN SQLSTATE 'DBT00' THEN
          IF SQLERRM <> '0' THEN seen := seen || ('delete' || context); END IF;
        WHEN OTHERS THEN NULL;
      END;
      """
    return """
      DO $dbtool$
      DECLARE context text; reached bigint; seen text[] := '{}';
      BEGIN
      FOREACH context IN ARRAY \(contexts)::text[] LOOP
      \(privileges.select.contains(name) ? read : "")
      \(privileges.delete ? delete : "")
      END LOOP;
      PERFORM set_config('dbtool.seen', seen::text, true);
      END $dbtool$
      """
  }

  // MARK: - Confirmation

  /// The worst hit for each table and operation that shows the same again by itself.
  private func confirmed(_ hits: [Hit], _ survey: Survey) throws -> [Hit] {
    let open = try openToDeletion(hits, survey)
    let hits = hits.filter { $0.operation == .select || !open.contains($0.table.relation.oid) }
    let outcomes = try WriteTrials(survey: survey).run(hits.map { ($0.trial, target) })
    var known: [String: Bool] = [:]
    var worst: [String: Hit] = [:]
    for (hit, outcome) in zip(hits, outcomes) {
      let isReached =
        hit.operation == .select
        ? outcome.outcome.outcome.result?.scalar.flatMap { Int($0) } ?? 0 > 0
        : outcome.harmed.contains { $0.oid == hit.table.relation.oid }
      guard isReached, try differs(hit.context, hit.table, survey) else { continue }
      var hit = hit
      hit.isPossible = try known[hit.context] ?? canBeTenant(hit.context, hit.table, survey)
      known[hit.context] = hit.isPossible
      // What no tenant can be called reaches nothing, unless the context is a pattern for others.
      let patterns = LookAlikes.patterns(of: survey.stage.tenants[target])
      guard hit.isPossible || patterns.contains(hit.context) else { continue }
      let key = hit.table.relation.displayName + " " + hit.operation.rawValue
      if worst[key].map({ !$0.isPossible && hit.isPossible }) ?? true { worst[key] = hit }
    }
    return worst.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The tables from which any tenant deletes the other's rows, whatever its id.
  private func openToDeletion(_ hits: [Hit], _ survey: Survey) throws -> Set<UInt32> {
    let deletions = hits.filter { $0.operation == .delete }
    let stranger = survey.stage.context(of: 1 - target)
    let trials = deletions.map { hit in
      var trial = hit.trial
      trial.context = .tenant(stranger)
      return (trial, target)
    }
    let outcomes = try WriteTrials(survey: survey).run(trials)
    return Set(
      zip(deletions, outcomes).filter { !$0.1.harmed.isEmpty }.map { $0.0.table.relation.oid })
  }

  /// False for another spelling of the same id.
  private func differs(_ id: String, _ table: ProbedTable, _ survey: Survey) throws -> Bool {
    let key = try keyTable(or: table, survey)
    guard let column = key.tenantColumn.flatMap({ key.relation.column($0) }) else { return false }
    return try attempt(survey) { connection in
      let result = try connection.execute(
        "SELECT CAST($1 AS \(column.type.sql)) IS DISTINCT FROM CAST($2 AS \(column.type.sql))",
        [.text(id), .text(survey.stage.tenants[target])])
      return result.scalar == "t"
    } ?? true
  }

  /// True when the database accepts a tenant of that id beside the other.
  func canBeTenant(_ id: String, _ table: ProbedTable, _ survey: Survey) throws -> Bool {
    let key = try keyTable(or: table, survey)
    guard let column = key.tenantColumn, var row = key.spare[target] else { return false }
    row.values[column] = id
    let insertion = try row.insertion(into: key.relation)
    return try attempt(survey) { connection in
      // Only the row itself is in question, not what it refers to.
      if try connection.pipeline([.withoutForeignKeys])[0].error != nil { return false }
      try connection.execute(insertion.sql, insertion.parameters)
      return true
    } ?? false
  }

  /// The table of tenants, where there is one.
  private func keyTable(or table: ProbedTable, _ survey: Survey) throws -> ProbedTable {
    for (oid, tenancy) in survey.model.tables.sorted(by: { $0.key < $1.key }) {
      if case .root = tenancy, let root = try survey.stage.table(oid), root.spare[target] != nil {
        return root
      }
    }
    return table
  }

  /// What `body` gives, undone; nil when the server refuses it.
  private func attempt<Result>(
    _ survey: Survey, _ body: (any Connection) throws -> Result
  ) throws -> Result? {
    do {
      return try survey.connection.undoing { try body(survey.connection) }
    } catch let error as PostgresError where error.code == .server {
      return nil
    }
  }
}

extension LookAlikeContexts.Hit {
  /// The finding for it.
  func finding(_ target: Int, _ survey: Survey) -> Finding {
    let name = table.relation.displayName
    let deed = operation == .select ? "read" : "deleted"
    let writer = survey.writer
    let script = try?
      (writer.beginning() + writer.entry(trial, of: "the other id")
      + [
        "-- must not reach \(TenantName.of(target)), whose id is another one",
        writer.inlined(trial.statement) + ";", "ROLLBACK;",
      ]).joined(separator: "\n")
    return Finding(
      rule: isPossible ? "look-alike-tenant" : "loose-context",
      severity: isPossible ? .error : .warning, object: name, operation: operation.rawValue,
      role: role,
      message: isPossible
        ? "the policies on \(name) take ids that resemble each other for the same tenant"
        : "the policies on \(name) let a context that is no tenant's id pass for a tenant's",
      evidence:
        "rows of \(TenantName.of(target)), '\(survey.stage.tenants[target])', \(deed) in the context '\(context)'",
      reproduce: script ?? "",
      fix:
        "-- compare for equality in the column's own type: \(table.tenantColumn ?? "tenant_id") = (SELECT NULLIF(current_setting('\(survey.options.tenantSetting)', true), '')::…)"
    )
  }
}
