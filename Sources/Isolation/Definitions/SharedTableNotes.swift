internal import Postgres
internal import Tenants

/// Says what is worth knowing about tables whose rows belong to nobody, since no probe covers them.
struct SharedTableNotes: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading what tables of nobody allow" }

  /// Findings of severity info.
  func run(_ survey: inout Survey) -> CheckOutcome {
    let (actors, policies) = (survey.actors, survey.catalog.policiesByRelation)
    let shared = survey.included.filter { survey.model.tables[$0.oid] == .global }
    // One role is enough to tell it; the next would only say the same again.
    return CheckOutcome(
      findings: shared.flatMap { relation in
        [
          actors.lazy.compactMap { writable(relation, $0) }.first,
          actors.lazy.compactMap { notProbed(relation, $0, policies[relation.oid] ?? []) }.first,
        ].compactMap { $0 }
      })
  }

  /// What one tenant writes there, all read.
  private func writable(_ relation: Relation, _ actor: Actor) -> Finding? {
    let privileges = actor.privileges(on: relation.oid)
    var operations: [String] = []
    if !privileges.insert.isEmpty { operations.append("INSERT") }
    if !privileges.update.isEmpty { operations.append("UPDATE") }
    if privileges.delete { operations.append("DELETE") }
    guard !operations.isEmpty else { return nil }
    let list = operations.joined(separator: ", ")
    return Finding(
      rule: "shared-table-writable", severity: .info, object: relation.displayName,
      operation: "other", role: actor.role.name,
      message:
        "rows of \(relation.displayName) belong to no tenant, and every tenant may change them",
      evidence: "\(actor.role.name) has \(list)", reproduce: "",
      fix: "REVOKE \(list) ON \(SQLNames.of(relation)) FROM \(actor.grantees);")
  }

  /// A table whose policies tell rows apart, though no way from its rows to a tenant was found.
  private func notProbed(
    _ relation: Relation, _ actor: Actor, _ all: [PolicyDefinition]
  ) -> Finding? {
    let policies = all.filter { policy in
      policy.using ?? policy.check != "true"
        && policy.binds(actor.role)
    }
    guard relation.hasRowSecurity, let first = policies.first,
      !actor.privileges(on: relation.oid).select.isEmpty
    else { return nil }
    return Finding(
      rule: "policies-not-probed", severity: .info, object: relation.displayName,
      operation: "select", role: actor.role.name,
      message:
        "\(relation.displayName) has policies, but no column or foreign key leads from its rows to a tenant: they were not probed",
      evidence: "policy \(first.name): \(onOneLine(first.using ?? first.check ?? ""))",
      reproduce: "",
      fix: "-- check by hand that the policy shows a tenant only rows that it may see")
  }

  private func onOneLine(_ expression: String) -> String {
    expression.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
