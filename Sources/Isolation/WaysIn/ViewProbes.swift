internal import Instrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Reads views and materialized views as the application, and looks for the other tenant's values
/// in them.
///
/// A view runs as its owner unless it says `security_invoker`, so the policies of its tables may
/// not bind its reader (PostgreSQL manual, section 41.5 "Rules and Privileges"). Views have no row
/// identity; a row is recognised by values that only one tenant's rows have.
struct ViewProbes: IsolationCheck {
  /// A leak that was seen.
  struct Leak: Sendable {
    var view: Relation
    var role: String
    var actor: Int
    var target: Int
    var rows: Int
    var trial: Trial
  }

  func phrase(_ survey: Survey) -> String { "reading \(Plural.count(views(survey).count, "view"))" }

  /// Reads the views while the rows of all tables lie in place.
  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let views = views(survey)
    let granted = views.filter { view in
      survey.actors.contains { !$0.privileges(on: view.oid).select.isEmpty }
    }
    try refresh(granted.filter { $0.kind == .materializedView }, survey.client.connection)
    let stage = survey.stage
    var readings: [Leak] = []
    for view in granted {
      for actor in survey.actors {
        for tenant in stage.tenants.indices {
          let target = (tenant + 1) % stage.tenants.count
          guard
            let statement = try reading(
              of: view, by: actor, markers: stage.markers(of: target))
          else { continue }
          let context = TenantContext(tenant: stage.tenants[tenant])
          readings.append(
            Leak(
              view: view, role: actor.role.name, actor: tenant, target: target, rows: 0,
              trial: Trial(statement, role: actor.role.name, context: .tenant(context))))
        }
      }
    }
    let outcomes = try survey.client.rehearse(readings.map { .trial($0.trial) })
    let leaks = zip(readings, outcomes).compactMap { reading, outcome -> Leak? in
      guard let rows = outcome.outcome.result?.scalar.flatMap({ Int($0) }), rows > 0 else {
        return nil
      }
      var leak = reading
      leak.rows = rows
      return leak
    }
    let writer = survey.writer
    // One finding for each view and role; the other tenant would only show the same again.
    var shown: Set<String> = []
    let findings = leaks.filter {
      shown.insert($0.view.displayName + " " + $0.role).inserted
    }.map { $0.finding(writer) }
    return CheckOutcome(findings: findings, probes: readings.count)
  }

  /// Views, and shared tables, which may hold what triggers copied from tenants' rows.
  private func views(_ survey: Survey) -> [Relation] {
    survey.catalog.sortedRelations.filter {
      ([.view, .materializedView].contains($0.kind) || survey.model.tables[$0.oid] == .global)
        && survey.options.includes(schema: $0.schema, name: $0.name)
    }
  }

  /// Fills materialized views with the rows made up, as the next REFRESH of the application would.
  private func refresh(_ views: [Relation], _ connection: any Connection) throws {
    for view in views {
      let name = try SQLIdentifier.readable(schema: view.schema, name: view.name)
      try connection.execute("SAVEPOINT dbtool_refresh")
      do {
        try connection.execute("REFRESH MATERIALIZED VIEW \(name)")
      } catch let error as PostgresError where error.code == .server {
        // One that cannot be refreshed shows what it showed before.
        try connection.execute("ROLLBACK TO SAVEPOINT dbtool_refresh")
      }
    }
  }

  /// Counts the rows of `view` that show one of the markers.
  private func reading(
    of view: Relation, by actor: Actor, markers: [String]
  ) throws -> PipelineStatement? {
    let readable = actor.privileges(on: view.oid).select
    let columns = view.columns.map(\.name).filter { readable.contains($0) }
    guard !columns.isEmpty, !markers.isEmpty else { return nil }
    let name = try SQLIdentifier.readable(schema: view.schema, name: view.name)
    let texts = try columns.map { try SQLIdentifier.readable($0) + "::text" }
    return PipelineStatement(
      """
      SELECT count(*) FROM \(name) WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) marker \
      WHERE strpos(concat_ws(' ', \(texts.joined(separator: ", "))), marker) > 0)
      """, [.text(PostgresArray.text(of: markers))])
  }
}

extension Stage {
  /// Values that stand in rows of one tenant and in no others, long enough not to turn up by
  /// chance.
  func markers(of tenant: Int) -> [String] {
    let others = synthesizer.insertions.filter { $0.owner != .tenant(tenant) }
    let foreign = Set(others.flatMap { $0.values.values.compactMap { $0 } })
    var markers: [String] = tenants[tenant].count >= 6 ? [tenants[tenant]] : []
    for row in synthesizer.insertions where row.owner == .tenant(tenant) {
      for (_, value) in row.values.sorted(by: { $0.key < $1.key }) {
        guard let value, value.count >= 8, value.count <= 80, !foreign.contains(value),
          value.contains(where: { $0.isLetter || $0.isNumber }),
          !value.contains(where: \.isNewline),
          !markers.contains(value)
        else { continue }
        markers.append(value)
      }
    }
    return markers
  }
}

extension ViewProbes.Leak {
  /// The finding for it.
  func finding(_ writer: ScriptWriter) -> Finding {
    let name = SQLNames.of(view)
    let role = SQLNames.of(self.role)
    let isInvoker = view.options.contains {
      ["security_invoker=true", "security_invoker=on", "security_invoker=1"].contains($0)
    }
    let (rule, message, fix): (String, String, String)
    if view.kind == .materializedView {
      rule = "matview-exposed"
      message =
        "materialized view \(view.displayName) holds rows of all tenants, and no policy can bind it"
      fix = "REVOKE SELECT ON \(name) FROM PUBLIC, \(role);"
    } else if view.kind == .table || view.kind == .partitioned {
      rule = "shared-table-leak"
      message =
        "\(view.displayName) belongs to no tenant and holds values of tenants' rows, copied by a trigger for example"
      fix =
        "REVOKE SELECT ON \(name) FROM PUBLIC, \(role);\n-- or give it a tenant column and a policy"
    } else if isInvoker {
      rule = "view-leak"
      message = "view \(view.displayName) shows one tenant's rows to another"
      fix = "-- mend the policies of the tables under \(name), or what its functions reach"
    } else {
      rule = "view-definer"
      message =
        "view \(view.displayName) runs as its owner \(view.owner), whom the policies of its tables do not bind"
      fix = "ALTER VIEW \(name) SET (security_invoker = true);"
    }
    return Finding(
      rule: rule, severity: .error, object: view.displayName, operation: "select", role: self.role,
      message: message,
      evidence:
        "\(rows == 1 ? "1 row" : "\(rows) rows") of \(TenantName.of(target)) seen by \(TenantName.of(actor))",
      reproduce: (try? writer.script(for: self)) ?? "", fix: fix)
  }
}
