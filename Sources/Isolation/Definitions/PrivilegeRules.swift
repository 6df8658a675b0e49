internal import Postgres

/// Ways around row-level security that lie in roles and privileges, not in policies.
///
/// PostgreSQL manual, section 5.8 "Row Security Policies": TRUNCATE and REFERENCES are not subject
/// to policies, and owners, superusers and roles with BYPASSRLS may get around them.
struct PrivilegeRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading roles and privileges" }

  /// Looks at the tables whose rows belong to tenants.
  func run(_ survey: inout Survey) -> CheckOutcome {
    let tables = survey.included.filter { survey.model.tables[$0.oid]?.isOwned == true }
    let bound = survey.actors.filter { !$0.role.isSuperuser && !$0.role.bypassesRowSecurity }
    let setting = survey.options.tenantSetting
    let version = survey.connection.serverVersion
    return CheckOutcome(
      findings: tables.flatMap { relation in
        bound.flatMap { actor in
          [
            truncation(relation, actor), trigger(relation, actor), reference(relation, actor),
            ownership(relation, actor),
            roleCreation(relation, actor, version), presetContext(relation, actor, setting),
          ].compactMap { $0 }
        }
      })
  }

  private func truncation(_ relation: Relation, _ actor: Actor) -> Finding? {
    guard actor.privileges(on: relation.oid).truncate else { return nil }
    return finding(
      "truncate-granted", .error, relation, actor, operation: "delete",
      "role \(actor.role.name) may TRUNCATE \(relation.displayName), which no policy restrains",
      evidence: "privilege TRUNCATE",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nTRUNCATE \(SQLNames.of(relation)) CASCADE;\nROLLBACK;",
      fix: "REVOKE TRUNCATE ON \(SQLNames.of(relation)) FROM \(SQLNames.of(actor.role));")
  }

  private func trigger(_ relation: Relation, _ actor: Actor) -> Finding? {
    guard actor.privileges(on: relation.oid).trigger,
      !actor.role.memberships.contains(relation.owner)
    else { return nil }
    return finding(
      "trigger-granted", .warning, relation, actor, operation: "other",
      "role \(actor.role.name) may put triggers on \(relation.displayName), which run with the rights of every writer",
      evidence: "privilege TRIGGER",
      fix: "REVOKE TRIGGER ON \(SQLNames.of(relation)) FROM \(SQLNames.of(actor.role));")
  }

  private func reference(_ relation: Relation, _ actor: Actor) -> Finding? {
    // Without a schema to make a table in, the privilege is of no use.
    guard actor.privileges(on: relation.oid).references, !actor.role.creatableSchemas.isEmpty,
      !actor.role.memberships.contains(relation.owner)
    else { return nil }
    let schema = actor.role.creatableSchemas[0]
    return finding(
      "references-granted", .warning, relation, actor, operation: "other",
      "role \(actor.role.name) may make foreign keys to \(relation.displayName) and so ask which keys exist",
      evidence: "privilege REFERENCES, and CREATE on schema \(schema)",
      fix: "REVOKE REFERENCES ON \(SQLNames.of(relation)) FROM \(SQLNames.of(actor.role));")
  }

  private func ownership(_ relation: Relation, _ actor: Actor) -> Finding? {
    // Without FORCE the probes see it at once.
    guard relation.hasRowSecurity, relation.forcesRowSecurity,
      actor.role.memberships.contains(relation.owner)
    else { return nil }
    return finding(
      "owner-can-disable", .warning, relation, actor, operation: "other",
      "role \(actor.role.name) owns \(relation.displayName), so it can drop its policies and switch row-level security off",
      evidence: "owner \(relation.owner)",
      fix:
        "-- let another role own \(SQLNames.of(relation)), one that the application cannot become")
  }

  private func roleCreation(
    _ relation: Relation, _ actor: Actor, _ serverVersion: Int
  ) -> Finding? {
    // Since version 16 a role needs ADMIN OPTION on what it grants (release notes of PostgreSQL
    // 16).
    guard actor.role.createsRoles, serverVersion < 160_000 else { return nil }
    return finding(
      "role-createrole", .error, relation, actor, operation: "other",
      "role \(actor.role.name) has CREATEROLE, so it can make itself a member of \(relation.owner), the owner of \(relation.displayName)",
      evidence: "CREATEROLE on PostgreSQL \(serverVersion / 10_000)",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nGRANT \(SQLNames.of(relation.owner)) TO \(SQLNames.of(actor.role));\nROLLBACK;",
      fix: "ALTER ROLE \(SQLNames.of(actor.role)) NOCREATEROLE;")
  }

  private func presetContext(
    _ relation: Relation, _ actor: Actor, _ tenantSetting: String
  ) -> Finding? {
    guard actor.hasAnyPrivilege(on: relation.oid),
      let preset = actor.role.settings.first(where: {
        $0.lowercased().hasPrefix(tenantSetting.lowercased() + "=")
          && $0.count > tenantSetting.count + 1
      })
    else { return nil }
    return finding(
      "context-preset", .warning, relation, actor, operation: "other",
      "sessions of \(actor.role.name) begin with a tenant, so work that names none reaches that tenant's rows of \(relation.displayName)",
      evidence: preset,
      fix:
        "ALTER ROLE \(SQLNames.of(actor.role)) RESET \(tenantSetting);\n-- or ALTER ROLE … IN DATABASE …, ALTER DATABASE …, wherever it was set"
    )
  }

  private func finding(
    _ rule: String, _ severity: Finding.Severity, _ relation: Relation, _ actor: Actor,
    operation: String, _ message: String, evidence: String, reproduce: String = "", fix: String
  ) -> Finding {
    Finding(
      rule: rule, severity: severity, object: relation.displayName, operation: operation,
      role: actor.role.name, message: message, evidence: evidence, reproduce: reproduce, fix: fix)
  }
}
