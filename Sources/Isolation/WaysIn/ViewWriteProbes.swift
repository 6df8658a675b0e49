internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Writes through views, and through tables of nobody that tenants' tables inherit from.
///
/// An updatable view writes to its table with its owner's rights, so the policies of the table may
/// not bind the writer; a filter keeps new rows in only with CHECK OPTION; triggers and rules in
/// its place do what they like (PostgreSQL manual, CREATE VIEW, "Updatable Views").
struct ViewWriteProbes: IsolationCheck {
  var rules: [String] { ["view-writes", "parent-table-writes"] }

  /// A write, and after it a leak that was seen.
  struct Leak: Sendable {
    var source: ViewSource
    var role: String
    var actor: Int
    var target: Int
    var method: Probe.Method
    var trial: Trial
    var evidence = ""
    /// True when the same reader sees nothing of others through it, so that it has a filter.
    var isFiltered = true
  }

  func phrase(_ survey: Survey) -> String { "writing through views" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let dependencies = try ViewSource.dependencies(survey.connection)
    var writes: [Leak] = []
    for view in survey.catalog.sortedRelations
    where isWay(view, dependencies, survey)
      && survey.options.includes(schema: view.schema, name: view.name)
    {
      let writers = survey.actors.filter { actor in
        let privileges = actor.privileges(on: view.oid)
        return !privileges.insert.isEmpty || !privileges.update.isEmpty || privileges.delete
      }
      guard !writers.isEmpty, let source = try ViewSource.find(view, dependencies, survey)
      else { continue }
      for actor in writers {
        for target in survey.stage.tenants.indices {
          writes += try self.writes(through: source, actor, target, survey.stage)
        }
      }
    }
    var leaks = try reached(writes.filter { $0.method != .delete }, survey)
    for (_, deletions) in Dictionary(
      grouping: writes.filter { $0.method == .delete }, by: \.source.view.oid
    )
    .sorted(by: { $0.key < $1.key }) {
      guard let tables = deletions.first?.source.tables else { continue }
      let survey = survey
      leaks +=
        try survey.stage.withoutReferrers(to: tables, on: survey.connection) {
          try reached(deletions, survey)
        } ?? []
    }
    let open = Set(leaks.filter { $0.method == .delete || $0.method == .update }.map(\.key))
    var seen: Set<String> = []
    let findings = leaks.compactMap { leak -> Finding? in
      var leak = leak
      leak.isFiltered =
        !survey.reported.contains("read \(leak.source.view.oid) \(leak.role)")
        && !open.contains(leak.key)
      guard seen.insert(leak.key + leak.operation).inserted else { return nil }
      return leak.finding(survey.writer)
    }
    return CheckOutcome(findings: findings, probes: writes.count)
  }

  /// Views, and tables of nobody through which tenants' rows in their children are reached.
  private func isWay(
    _ relation: Relation, _ dependencies: [UInt32: Set<UInt32>], _ survey: Survey
  ) -> Bool {
    relation.kind == .view
      || (survey.model.tables[relation.oid] == .global
        && (dependencies[relation.oid] ?? []).contains {
          survey.model.tables[$0]?.isOwned == true
        })
  }

  private func reached(_ writes: [Leak], _ survey: Survey) throws -> [Leak] {
    let outcomes = try WriteTrials(survey: survey).run(writes.map { ($0.trial, $0.target) })
    return zip(writes, outcomes).compactMap { write, outcome in
      var leak = write
      if !outcome.harmed.isEmpty {
        let tables = outcome.harmed.map(\.displayName).joined(separator: ", ")
        leak.evidence =
          "\(write.method.deed) rows of \(TenantName.of(write.target)) in \(tables) "
          + "by \(TenantName.of(write.actor))"
        return leak
      }
      // Foreign keys are checked after the policies and after CHECK OPTION.
      if let error = outcome.outcome.outcome.error, error.sqlState == "23503",
        write.method == .move || write.method == .insert
      {
        leak.evidence =
          "a row for \(TenantName.of(write.target)) got past all filters; only a constraint "
          + "stopped it: \(error.message)"
        return leak
      }
      return nil
    }
  }

  private func writes(
    through source: ViewSource, _ actor: Actor, _ target: Int, _ stage: Stage
  ) throws -> [Leak] {
    let privileges = actor.privileges(on: source.view.oid)
    let writer = (target + 1) % stage.tenants.count
    let name = try SQLIdentifier.readable(schema: source.view.schema, name: source.view.name)
    func leak(_ method: Probe.Method, _ statement: PipelineStatement) -> Leak {
      Leak(
        source: source, role: actor.role.name, actor: writer, target: target, method: method,
        trial: Trial(
          statement, role: actor.role.name,
          context: .tenant(stage.context(of: writer))))
    }
    var writes: [Leak] = []
    if let insertion = try insertion(into: name, source, target, privileges) {
      writes.append(leak(.insert, insertion))
    }
    if let update = try update(name, source, of: writer, privileges) {
      writes.append(leak(.update, update))
    }
    let owners = source.ownerColumns.filter { privileges.update.contains($0.view) }
    if !owners.isEmpty, owners.count == source.table.ownershipValues(of: target).count {
      for (method, tenant) in [(Probe.Method.move, target), (.update, writer)] {
        let values = Dictionary(
          source.table.ownershipValues(of: tenant).map { ($0.column, $0.value) },
          uniquingKeysWith: { first, _ in first })
        let assignments = try owners.enumerated().map { index, column in
          try SQLIdentifier.readable(column.view) + " = $\(index + 1)"
        }
        writes.append(
          leak(
            method,
            PipelineStatement(
              "UPDATE \(name) SET \(assignments.joined(separator: ", "))",
              owners.map { Parameter(values[$0.table] ?? nil) })))
      }
    }
    if privileges.delete {
      writes.append(leak(.delete, PipelineStatement("DELETE FROM \(name)")))
    }
    return writes
  }

  /// A row of the other tenant; nil when the view has no column that says so.
  private func insertion(
    into name: String, _ source: ViewSource, _ target: Int, _ privileges: RelationPrivileges
  ) throws -> PipelineStatement? {
    guard !source.ownerColumns.isEmpty, let row = source.table.spare[target],
      source.ownerColumns.allSatisfy({ privileges.insert.contains($0.view) })
    else { return nil }
    var values: [(column: String, value: String?)] = []
    for column in source.view.columns.map(\.name) where privileges.insert.contains(column) {
      guard let own = source.columns[column] else { continue }
      if let value = row.values[own] {
        values.append((column, value))
      } else if let value = source.example[column], !source.table.keyColumns.contains(own),
        source.table.relation.column(own)?.generation == Column.Generation.none
      {
        values.append((column, value))
      }
    }
    let names = try values.map { try SQLIdentifier.readable($0.column) }.joined(separator: ", ")
    let items = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    return PipelineStatement(
      "INSERT INTO \(name) (\(names)) VALUES (\(items))", values.map { Parameter($0.value) })
  }

  /// A blind update of a column that is no key.
  private func update(
    _ name: String, _ source: ViewSource, of tenant: Int, _ privileges: RelationPrivileges
  ) throws -> PipelineStatement? {
    let owners = Set(source.ownerColumns.map(\.view))
    let row = source.table.placed[tenant]?.first?.row
    for column in source.view.columns.map(\.name)
    where privileges.update.contains(column) && !owners.contains(column) {
      guard let own = source.columns[column], !source.table.keyColumns.contains(own),
        source.table.relation.column(own)?.generation == Column.Generation.none,
        let value = row?.values[own] ?? nil
      else { continue }
      return PipelineStatement(
        "UPDATE \(name) SET \(try SQLIdentifier.readable(column)) = $1", [.text(value)])
    }
    return nil
  }
}

extension Probe.Method {
  /// What was done, for evidence.
  fileprivate var deed: String {
    switch self {
    case .read: "read"
    case .insert: "inserted"
    case .update: "changed"
    case .move: "handed over"
    case .delete: "deleted"
    }
  }
}

extension ViewWriteProbes.Leak {
  fileprivate var key: String { "\(source.view.oid) \(role) " }

  /// The operation that it counts for.
  fileprivate var operation: String {
    switch method {
    case .read: "select"
    case .insert: "insert"
    case .update, .move: "update"
    case .delete: "delete"
    }
  }

  /// The finding for it.
  func finding(_ writer: ScriptWriter) -> Finding {
    let view = source.view
    let name = SQLNames.of(view)
    let role = SQLNames.of(self.role)
    let revoke = "REVOKE \(operation.uppercased()) ON \(name) FROM \(role);"
    let isUpdatable = view.kind == .view && !view.hasTriggers
    let fix: String
    if isUpdatable, isFiltered, method.isNewRow {
      fix = "ALTER VIEW \(name) SET (check_option = cascaded);"
    } else if isUpdatable, !view.isOn("security_invoker") {
      fix = "ALTER VIEW \(name) SET (security_invoker = true);"
    } else {
      fix = revoke
    }
    let what = view.kind == .view ? "view" : "table"
    return Finding(
      rule: view.kind == .view ? "view-writes" : "parent-table-writes", severity: .error,
      object: view.displayName, operation: operation, role: self.role,
      message:
        "through \(what) \(view.displayName) one tenant writes rows of another in \(source.table.relation.displayName)",
      evidence: evidence,
      reproduce: (try? writer.script(
        writing: trial, actor: actor, target: target,
        deleted: method == .delete ? source.tables : [])) ?? "",
      fix: fix)
  }
}
