internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax

/// Asks views that filter tenants themselves for rows through a condition that is cheaper than the
/// filter, and looks at what the condition saw.
///
/// Without `security_barrier` the planner may evaluate a reader's condition before the view's
/// (PostgreSQL manual, section 41.5 "Rules and Privileges"), and a condition can be a function that
/// keeps what it sees.
struct BarrierProbes: IsolationCheck {
  var rules: [String] { ["view-not-barrier"] }

  /// A look, and after it a leak that was seen.
  struct Leak: Sendable {
    var view: Relation
    var role: String
    var actor: Int
    var target: Int
    var trial: Trial
    /// True when the role made the function; otherwise it casts, and errors show the values.
    var hasFunction: Bool
  }

  /// The function that keeps what it sees, as the role makes it.
  static let function = """
    CREATE FUNCTION pg_temp.dbtool_peek(anyelement) RETURNS boolean LANGUAGE plpgsql \
    COST 0.0000001 AS $dbtool$ BEGIN PERFORM set_config('dbtool.seen', \
    concat_ws(' ', current_setting('dbtool.seen', true), $1), true); RETURN true; END $dbtool$
    """
  /// Any session may set these; with an index the planner would apply the view's filter first.
  private static let plan = [
    "enable_indexscan": "off", "enable_bitmapscan": "off", "enable_indexonlyscan": "off",
    "dbtool.seen": "",
  ]

  func phrase(_ survey: Survey) -> String { "looking through filters of views" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let views = survey.catalog.sortedRelations.filter { view in
      view.kind == .view && survey.options.includes(schema: view.schema, name: view.name)
        && !view.isOn("security_barrier")
    }
    guard !views.isEmpty else { return CheckOutcome() }
    var outcome = CheckOutcome()
    for actor in survey.actors {
      // What shows everything anyhow has no filter to look through.
      let closed = views.filter { view in
        !actor.privileges(on: view.oid).select.isEmpty
          && !survey.reported.contains("read \(view.oid) \(actor.role.name)")
      }
      guard !closed.isEmpty else { continue }
      let (looks, outcomes) = try survey.connection.undoing {
        let hasFunction = try makeFunction(as: actor, survey.connection)
        let looks = try closed.flatMap { try self.looks(at: $0, actor, hasFunction, survey) }
        return (looks, try survey.client.rehearse(looks.map { .trial($0.trial) }))
      }
      outcome.probes += looks.count
      var seen: Set<UInt32> = []
      for (look, result) in zip(looks, outcomes) where shows(look, result, survey.values) {
        guard seen.insert(look.view.oid).inserted else { continue }
        outcome.findings.append(look.finding(survey.writer))
      }
    }
    return outcome
  }

  /// True when the role could make the function: it needs TEMPORARY on the database, which PUBLIC
  /// has unless it was revoked.
  private func makeFunction(as actor: Actor, _ connection: any Connection) throws -> Bool {
    try connection.execute("SAVEPOINT dbtool_peek")
    let outcomes = try connection.pipeline([
      PipelineStatement("SELECT set_config('role', $1, true)", [.text(actor.role.name)]),
      PipelineStatement(Self.function),
      PipelineStatement("SELECT set_config('role', 'none', true)", synchronizes: true),
    ])
    guard outcomes.contains(where: { $0.error != nil }) else { return true }
    try connection.execute("ROLLBACK TO SAVEPOINT dbtool_peek")
    return false
  }

  private func looks(
    at view: Relation, _ actor: Actor, _ hasFunction: Bool, _ survey: Survey
  ) throws -> [Leak] {
    let readable = actor.privileges(on: view.oid).select
    let columns = view.columns.filter { column in
      readable.contains(column.name)
        && (hasFunction || ["text", "varchar", "bpchar"].contains(column.type.baseName))
    }
    guard !columns.isEmpty else { return [] }
    let conditions = try columns.map { column in
      let name = try SQLIdentifier.readable(column.name)
      return hasFunction ? "pg_temp.dbtool_peek(\(name))" : "CAST(\(name) AS integer) > 0"
    }
    // Each cast ends the statement, so each is one of its own.
    let filters = hasFunction ? [conditions.joined(separator: " AND ")] : conditions
    let source = try SQLIdentifier.readable(schema: view.schema, name: view.name)
    let tenants = survey.stage.tenants
    return tenants.indices.flatMap { target in
      let reader = (target + 1) % tenants.count
      var context = survey.stage.context(of: reader)
      context.settings.merge(Self.plan) { _, plan in plan }
      return filters.map { filter in
        Leak(
          view: view, role: actor.role.name, actor: reader, target: target,
          trial: Trial(
            PipelineStatement("SELECT count(*) FROM \(source) WHERE \(filter)"),
            role: actor.role.name, context: .tenant(context),
            observation: PipelineStatement("SELECT current_setting('dbtool.seen', true)")),
          hasFunction: hasFunction)
      }
    }
  }

  private func shows(_ look: Leak, _ outcome: TrialOutcome, _ values: StageValues) -> Bool {
    let seen =
      look.hasFunction ? outcome.observation?.scalar : outcome.outcome.error?.message
    guard let seen else { return false }
    return values.markers[look.target].contains { seen.contains($0) }
  }
}

extension BarrierProbes.Leak {
  /// The finding for it.
  func finding(_ writer: ScriptWriter) -> Finding {
    Finding(
      rule: "view-not-barrier", severity: .error, object: view.displayName, operation: "select",
      role: role,
      message:
        "view \(view.displayName) filters tenants, but a reader's condition may run before its filter",
      evidence:
        "values of \(TenantName.of(target)) seen by "
        + (hasFunction ? "a function in the WHERE of" : "the error of a cast in the WHERE of")
        + " \(TenantName.of(actor))",
      reproduce: (try? writer.script(for: self)) ?? "",
      fix: "ALTER VIEW \(SQLNames.of(view)) SET (security_barrier = true);")
  }
}

extension ScriptWriter {
  /// The script that shows what a condition sees of a view; it leaves nothing behind.
  fileprivate func script(for leak: BarrierProbes.Leak) throws -> String {
    var lines = try beginning() + entry(leak.trial, actor: leak.actor)
    if leak.hasFunction { lines.append(BarrierProbes.function + ";") }
    lines.append("-- the condition must not see values of \(TenantName.of(leak.target))")
    lines.append(try inlined(leak.trial.statement) + ";")
    if leak.hasFunction { lines.append("SELECT current_setting('dbtool.seen', true);") }
    return (lines + ["ROLLBACK;"]).joined(separator: "\n")
  }
}
