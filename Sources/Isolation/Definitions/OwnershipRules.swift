internal import Postgres

/// What the application owns besides tables, and can therefore drop or replace.
struct OwnershipRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading owners" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    return CheckOutcome(
      findings: survey.ownedTables.flatMap { relation in
        survey.boundActors.filter { !$0.role.memberships.contains(relation.owner) }.flatMap {
          [schema(of: relation, $0, survey)].compactMap { $0 }
            + policyFunctions(of: relation, $0, survey)
        }
      })
  }

  /// The owner of a schema may drop what is in it, whoever owns that (PostgreSQL manual, DROP
  /// TABLE).
  private func schema(of relation: Relation, _ actor: Actor, _ survey: Survey) -> Finding? {
    guard let owner = survey.surroundings.schemaOwners[relation.schema],
      actor.role.memberships.contains(owner)
    else { return nil }
    let role = SQLNames.of(actor.role)
    return Finding(
      rule: "schema-owned", severity: .error, object: relation.displayName, operation: "delete",
      role: actor.role.name,
      message:
        "role \(actor.role.name) owns schema \(relation.schema), so it may drop \(relation.displayName) with the rows of all tenants",
      evidence: "owner \(owner) of schema \(relation.schema)",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(role);\nDROP TABLE \(SQLNames.of(relation)) CASCADE;\nROLLBACK;",
      fix: owner == "pg_database_owner"
        ? "-- let a role own the database that the application cannot become"
        : "ALTER SCHEMA \(SQLNames.of(relation.schema)) OWNER TO \(SQLNames.of(relation.owner));")
  }

  /// Whoever owns a function may replace it, and the policies call what it has become.
  private func policyFunctions(
    of relation: Relation, _ actor: Actor, _ survey: Survey
  ) -> [Finding] {
    survey.surroundings.routines.filter {
      $0.policyRelations.contains(relation.oid) && actor.role.memberships.contains($0.owner)
    }.map { routine in
      Finding(
        rule: "policy-function-owned", severity: .warning, object: relation.displayName,
        operation: "other", role: actor.role.name,
        message:
          "policies of \(relation.displayName) call \(routine.displayName), which role \(actor.role.name) owns and can replace",
        evidence: "owner \(routine.owner) of function \(routine.displayName)",
        reproduce:
          "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nALTER FUNCTION \(routine.signature) COST 1;\nROLLBACK;",
        fix: "ALTER FUNCTION \(routine.signature) OWNER TO \(SQLNames.of(relation.owner));")
    }
  }
}
