internal import Postgres

/// Holes one step away that only definitions show.
struct DefinitionRules: IsolationCheck {
  func phrase(_ survey: Survey) -> String { "reading definitions" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    return CheckOutcome(
      findings: survey.included.flatMap { immutableContexts($0, survey) }
        + survey.included.compactMap { tenantDefault($0, survey) }
        + survey.catalog.routines.compactMap { openSearchPath($0, survey) }
        + survey.catalog.sortedRelations.compactMap { foreignTable($0, survey) })
  }

  /// A row whose tenant was forgotten lands with a real one.
  private func tenantDefault(_ relation: Relation, _ survey: Survey) -> Finding? {
    guard case .column(let name) = survey.model.tables[relation.oid],
      let column = relation.column(name),
      let expression = column.defaultExpression, !expression.contains("current_setting"),
      !expression.contains("("), !expression.lowercased().hasPrefix("null"),
      let actor = survey.actors.first(where: { !$0.privileges(on: relation.oid).insert.isEmpty })
    else { return nil }
    return Finding(
      rule: "tenant-default", severity: .warning, object: relation.displayName,
      operation: "insert", role: actor.role.name,
      message: "rows of \(relation.displayName) that name no tenant get a fixed one",
      evidence: "\(name) DEFAULT \(expression)", reproduce: "",
      fix:
        "ALTER TABLE \(SQLNames.of(relation)) ALTER COLUMN \(SQLNames.of(name)) DROP DEFAULT;"
    )
  }

  /// Names in the body of such a function are looked up where its caller says.
  ///
  /// PostgreSQL manual, CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely".
  private func openSearchPath(_ routine: Routine, _ survey: Survey) -> Finding? {
    guard routine.isSecurityDefiner,
      !routine.settings.contains(where: { $0.hasPrefix("search_path=") }),
      let actor = survey.actors.first(where: {
        survey.callable[$0.role.name]?.contains(routine.oid) == true
      })
    else { return nil }
    let name = SQLNames.of(routine)
    let arguments = routine.argumentTypes.joined(separator: ", ")
    return Finding(
      rule: "definer-search-path", severity: .warning, object: routine.displayName,
      operation: "other", role: actor.role.name,
      message:
        "function \(routine.displayName) runs as its owner and looks names up where its caller says",
      evidence: "SECURITY DEFINER without SET search_path", reproduce: "",
      fix:
        "ALTER FUNCTION \(name)(\(arguments)) SET search_path = pg_catalog, \(SQLNames.of(routine.schema)), pg_temp;"
    )
  }

  /// Policies do not reach to the other server.
  private func foreignTable(_ relation: Relation, _ survey: Survey) -> Finding? {
    guard relation.kind == .foreign,
      let actor = survey.actors.first(where: { !$0.privileges(on: relation.oid).select.isEmpty })
    else { return nil }
    return Finding(
      rule: "foreign-table-granted", severity: .warning, object: relation.displayName,
      operation: "select", role: actor.role.name,
      message:
        "foreign table \(relation.displayName) cannot have policies, and the role may read it",
      evidence: "privilege SELECT", reproduce: "",
      fix:
        "REVOKE SELECT ON \(SQLNames.of(relation)) FROM \(actor.grantees);"
    )
  }

  /// Policies that call a function which reads a setting and claims that it depends on nothing.
  ///
  /// The planner may then compute it once and keep the value in a cached plan (PostgreSQL manual,
  /// section 38.7 "Function Volatility Categories"): the next tenant of the session gets the first
  /// one's rows.
  private func immutableContexts(_ relation: Relation, _ survey: Survey) -> [Finding] {
    survey.catalog.routines.filter {
      $0.volatility == .immutable && $0.policyRelations.contains(relation.oid)
        && $0.source.lowercased().contains("current_setting")
    }.map { routine in
      let name = "\(SQLNames.of(routine))(\(routine.argumentTypes.joined(separator: ", ")))"
      return Finding(
        rule: "immutable-context", severity: .error, object: relation.displayName,
        operation: "select", role: survey.options.roles.first ?? "",
        message:
          "policies of \(relation.displayName) call \(routine.displayName), which reads a setting though it is IMMUTABLE: a cached plan keeps the first tenant",
        evidence: "\(routine.displayName) is IMMUTABLE and calls current_setting", reproduce: "",
        fix: "ALTER FUNCTION \(name) STABLE;")
    }
  }
}
