internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants
internal import Wording

/// Reads views and materialized views as the application, and looks for the other tenant's values
/// in them.
///
/// A view runs as its owner unless it says `security_invoker`, so the policies of its tables may
/// not bind its reader (PostgreSQL manual, section 41.5 "Rules and Privileges"). Views have no row
/// identity; a row is recognised by values that only one tenant's rows have, and what shows no
/// value, such as a count, by its dependence on the other tenant's rows.
struct ViewProbes: IsolationCheck {
  var runsLive: Bool { true }

  /// True to read in a session that never had a tenant, so before all that sets one.
  var isUnset = false

  /// A look, and after it a leak that was seen.
  struct Leak: Sendable {
    var view: Relation
    var role: String
    /// The tenant that reads; nil for a session without one.
    var actor: Int?
    var target: Int
    var trial: Trial
    /// The number of rows that showed a marker.
    var rows = 0
    /// What is shown with and without the other tenant's rows.
    var difference: Dependence.Difference?
  }

  func phrase(_ survey: Survey) -> String {
    "reading \(Plural.count(views(survey).count, "view"))" + (isUnset ? " with no tenant" : "")
  }

  /// Reads the views while the rows of all tables lie in place.
  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let granted = views(survey).filter { view in
      survey.actors.contains { !$0.privileges(on: view.oid).select.isEmpty }
    }
    noteUngranted(views(survey).filter { $0.coverageKind == .view }, &survey)
    // A REFRESH would lock it.
    let materialized =
      survey.options.live == nil ? granted.filter { $0.kind == .materializedView } : []
    try refresh(materialized, survey.connection)
    let looks = try looks(at: granted, survey)
    let outcomes = try survey.client.rehearse(looks.map { .trial($0.trial) })
    for (look, outcome) in zip(looks, outcomes) { note(look, outcome, &survey) }
    let looked = Set(looks.map(\.view.oid))
    for view in granted where !looked.contains(view.oid) {
      survey.coverage.missed(
        view.coverageKind, view.displayName, "no value tells tenants' rows apart in it")
    }
    var leaks: [Leak] = []
    var quiet: [(look: Leak, shown: Reading)] = []
    for (look, outcome) in zip(looks, outcomes) {
      guard let reading = Reading(outcome.outcome) else { continue }
      var leak = look
      leak.rows = reading.marked
      if reading.marked > 0 { leaks.append(leak) } else { quiet.append((look, reading)) }
    }
    let open = Set(leaks.map { $0.view.oid })
    for target in survey.stage.tenants.indices {
      // A table shows rows, and each was looked at; only what is computed can depend unseen.
      let own = quiet.filter {
        $0.look.target == target && !open.contains($0.look.view.oid)
          && [.view, .materializedView].contains($0.look.view.kind)
      }
      let differences = try Dependence(survey: survey).differences(
        of: own.map { ($0.look.trial, $0.shown) }, onRowsOf: target,
        prepare: { try refresh(materialized, survey.connection) })
      for (index, difference) in differences.sorted(by: { $0.key < $1.key }) {
        var leak = own[index].look
        leak.difference = difference
        leaks.append(leak)
      }
    }
    let writer = survey.writer
    // One finding for each view and role; the other tenant would only show the same again.
    let findings = survey.findings(
      of: leaks, prefix: "read ", isUnset: isUnset, key: { "read \($0.view.oid) \($0.role)" },
      finding: { $0.finding(writer) })
    return CheckOutcome(findings: findings, probes: looks.count)
  }

  private func looks(at views: [Relation], _ survey: Survey) throws -> [Leak] {
    let stage = survey.stage
    var looks: [Leak] = []
    for view in views {
      for actor in survey.actors {
        for target in stage.tenants.indices {
          guard
            let statement = try reading(of: view, by: actor, markers: survey.values.markers[target])
          else { continue }
          let other = (target + 1) % stage.tenants.count
          var readers: [(tenant: Int?, context: Trial.Context)] =
            isUnset ? [(nil, .unset)] : [(other, .tenant(stage.context(of: other)))]
          // What is stored or belongs to nobody does not depend on the context.
          if !isUnset, view.kind == .view { readers.append((nil, .empty)) }
          looks += readers.map { reader, context in
            Leak(
              view: view, role: actor.role.name, actor: reader, target: target,
              trial: Trial(statement, role: actor.role.name, context: context))
          }
        }
      }
    }
    return looks
  }

  private func noteUngranted(_ views: [Relation], _ survey: inout Survey) {
    for view in views
    where !survey.actors.contains(where: { !$0.privileges(on: view.oid).select.isEmpty }) {
      survey.coverage.missed(
        .view, view.displayName, "SELECT is granted to none of these roles", isOpen: false)
    }
  }

  private func note(_ reading: Leak, _ outcome: TrialOutcome, _ survey: inout Survey) {
    let (kind, name) = (reading.view.coverageKind, reading.view.displayName)
    // Without a REFRESH it holds none of the rows made up: `LiveMaterializedViews` looks at it.
    if survey.options.live != nil, reading.view.kind == .materializedView { return }
    // Policies that cast the empty setting refuse everything, which is no gap.
    if reading.trial.context == .empty { return }
    if let error = outcome.outcome.error {
      survey.coverage.missed(kind, name, "it could not be read: \(error)")
    } else if outcome.outcome.result != nil {
      survey.coverage.probed(kind, name)
    }
  }

  /// Views, and shared tables, which may hold what triggers copied from tenants' rows.
  private func views(_ survey: Survey) -> [Relation] {
    survey.catalog.sortedRelations.filter {
      guard survey.options.includes(schema: $0.schema, name: $0.name) else { return false }
      // What is stored does not depend on the context.
      if isUnset { return $0.kind == .view }
      return [.view, .materializedView].contains($0.kind) || survey.model.tables[$0.oid] == .global
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
      .joined(separator: ", ")
    return PipelineStatement(
      Reading.sql(text: "concat_ws(' ', \(texts))", row: "ROW(\(texts))::text", from: name),
      [.text(PostgresArray.text(of: markers))])
  }
}

extension Relation {
  fileprivate var coverageKind: Coverage.Kind {
    kind == .view || kind == .materializedView ? .view : .table
  }
}

extension Stage {
  /// Values that stand in rows of one tenant and in no others, long enough not to turn up by
  /// chance.
  func markers(of tenant: Int) -> [String] {
    // What stands in a table of nobody is no secret of a tenant's, whoever refers to it.
    let others = synthesizer.insertions.filter {
      $0.owner != .tenant(tenant) || model.tables[$0.relation]?.isOwned != true
    }
    let foreign = Set(others.flatMap { $0.values.values.compactMap { $0 } })
    var markers: [String] = tenants[tenant].count >= 6 ? [tenants[tenant]] : []
    var known = Set(markers)
    for row in synthesizer.insertions
    where row.owner == .tenant(tenant) && model.tables[row.relation]?.isOwned == true {
      for (_, value) in row.values.sorted(by: { $0.key < $1.key }) {
        guard let value, value.count >= 8, value.count <= 80, !foreign.contains(value),
          value.contains(where: { $0.isLetter || $0.isNumber }),
          !value.contains(where: \.isNewline),
          known.insert(value).inserted
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
    } else if view.isOn("security_invoker") {
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
      evidence: difference?.evidence(reader: actor, owner: target)
        ?? "\(rows == 1 ? "1 row" : "\(rows) rows") of \(TenantName.of(target)) seen by \(TenantName.of(actor))",
      reproduce: (try? writer.script(for: self)) ?? "", fix: fix)
  }
}
