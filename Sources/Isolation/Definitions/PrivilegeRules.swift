internal import Postgres
internal import Tenants

/// Ways around row-level security that lie in roles and privileges, not in policies.
///
/// PostgreSQL manual, section 5.8 "Row Security Policies": TRUNCATE and REFERENCES are not subject
/// to policies, and owners, superusers and roles with BYPASSRLS may get around them.
struct PrivilegeRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading roles and privileges" }

  /// Looks at the tables whose rows belong to tenants.
  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let tables = survey.included.filter { survey.model.tables[$0.oid]?.isOwned == true }
    let bound = survey.actors.filter { !$0.role.isSuperuser && !$0.role.bypassesRowSecurity }
    let setting = survey.options.tenantSetting
    let version = survey.connection.serverVersion
    let (catalog, writer) = (survey.catalog, survey.writer)
    let database = try survey.connection.execute("SELECT current_database()").scalar ?? ""
    return CheckOutcome(
      findings: tables.flatMap { relation in
        bound.flatMap { actor in
          [
            truncation(relation, actor, catalog, writer), trigger(relation, actor),
            reference(relation, actor), ownership(relation, actor, writer),
            roleCreation(relation, actor, version),
            presetContext(relation, actor, setting, database: database),
          ].compactMap { $0 }
        }
      })
  }

  private func truncation(
    _ relation: Relation, _ actor: Actor, _ catalog: Catalog, _ writer: ScriptWriter
  ) -> Finding? {
    guard actor.privileges(on: relation.oid).truncate else { return nil }
    // Without the privilege on every table that refers to this one PostgreSQL refuses it.
    let missing = catalog.referring(to: relation).first {
      !actor.privileges(on: $0.oid).truncate
    }
    return finding(
      "truncate-granted", missing == nil ? .error : .warning, relation, actor, operation: "delete",
      "role \(actor.role.name) may TRUNCATE \(relation.displayName), which no policy restrains"
        + (missing.map { "; only that \($0.displayName) refers to it stops it" } ?? ""),
      evidence: "privilege TRUNCATE"
        + (missing.map { ", but not on \($0.displayName)" } ?? ""),
      reproduce: missing == nil
        ? (try? writer.truncation(of: relation, by: actor.role)) ?? "" : "",
      fix: "REVOKE TRUNCATE ON \(SQLNames.of(relation)) FROM \(actor.grantees);")
  }

  private func trigger(_ relation: Relation, _ actor: Actor) -> Finding? {
    guard actor.privileges(on: relation.oid).trigger,
      !actor.role.memberships.contains(relation.owner)
    else { return nil }
    return finding(
      "trigger-granted", .warning, relation, actor, operation: "other",
      "role \(actor.role.name) may put triggers on \(relation.displayName), which run with the rights of every writer",
      evidence: "privilege TRIGGER",
      fix: "REVOKE TRIGGER ON \(SQLNames.of(relation)) FROM \(actor.grantees);")
  }

  private func reference(_ relation: Relation, _ actor: Actor) -> Finding? {
    // Without a schema to make a table in, the privilege is of no use.
    let place =
      actor.role.creatableSchemas.first.map { "schema \($0)" }
      ?? (actor.role.createsSchemas ? "the database" : nil)
    guard actor.privileges(on: relation.oid).references, let place,
      !actor.role.memberships.contains(relation.owner)
    else { return nil }
    return finding(
      "references-granted", .warning, relation, actor, operation: "other",
      "role \(actor.role.name) may make foreign keys to \(relation.displayName) and so ask which keys exist",
      evidence: "privilege REFERENCES, and CREATE on \(place)",
      fix: "REVOKE REFERENCES ON \(SQLNames.of(relation)) FROM \(actor.grantees);")
  }

  private func ownership(
    _ relation: Relation, _ actor: Actor, _ writer: ScriptWriter
  ) -> Finding? {
    // Without FORCE the probes see it at once.
    guard relation.hasRowSecurity, relation.forcesRowSecurity,
      actor.role.memberships.contains(relation.owner)
    else { return nil }
    return finding(
      "owner-can-disable", .warning, relation, actor, operation: "other",
      "role \(actor.role.name) owns \(relation.displayName), so it can drop its policies and switch row-level security off",
      evidence: "owner \(relation.owner)",
      reproduce: (try? writer.disabling(relation, by: actor.role)) ?? "",
      fix: newOwner(relation, actor))
  }

  /// Gives the table to the administrator who runs it, and the role what it had as the owner.
  private func newOwner(_ relation: Relation, _ actor: Actor) -> String {
    let privileges = actor.privileges(on: relation.oid)
    var words: [String] = []
    if !privileges.select.isEmpty { words.append("SELECT") }
    if !privileges.insert.isEmpty { words.append("INSERT") }
    if !privileges.update.isEmpty { words.append("UPDATE") }
    if privileges.delete { words.append("DELETE") }
    let table = SQLNames.of(relation)
    let owning = "ALTER TABLE \(table) OWNER TO CURRENT_USER;"
    if words.isEmpty { return owning }
    return owning
      + "\nGRANT \(words.joined(separator: ", ")) ON \(table) TO \(SQLNames.of(actor.role));"
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
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nGRANT \(SQLNames.of(relation.owner)) TO \(SQLNames.of(actor.role));\nSELECT pg_has_role(\(SQLNames.literal(relation.owner)), 'MEMBER')::int AS is_member_of_the_owner;\nROLLBACK;",
      fix: "ALTER ROLE \(SQLNames.of(actor.role)) NOCREATEROLE;")
  }

  private func presetContext(
    _ relation: Relation, _ actor: Actor, _ tenantSetting: String, database: String
  ) -> Finding? {
    guard actor.hasAnyPrivilege(on: relation.oid),
      let preset = actor.role.settings.first(where: {
        $0.lowercased().hasPrefix(tenantSetting.lowercased() + "=")
          && $0.count > tenantSetting.count + 1
      })
    else { return nil }
    let role = SQLNames.of(actor.role)
    return finding(
      "context-preset", .warning, relation, actor, operation: "other",
      "sessions of \(actor.role.name) begin with a tenant, so work that names none reaches that tenant's rows of \(relation.displayName)",
      evidence: preset,
      // Each undoes one way in which it can have been set; where it was not it does nothing.
      fix: """
        ALTER ROLE \(role) RESET \(tenantSetting);
        ALTER ROLE \(role) IN DATABASE \(SQLNames.of(database)) RESET \(tenantSetting);
        ALTER ROLE ALL RESET \(tenantSetting);
        ALTER DATABASE \(SQLNames.of(database)) RESET \(tenantSetting);
        """
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

extension Catalog {
  /// The tables that refer to `relation`, directly or through others, which TRUNCATE … CASCADE
  /// would empty as well.
  fileprivate func referring(to relation: Relation) -> [Relation] {
    let keys = Dictionary(
      grouping: constraints.filter { $0.kind == .foreignKey }, by: \.referencedRelation)
    var found: Set<UInt32> = []
    var open = [relation.oid]
    while let next = open.popLast() {
      for key in keys[next, default: []]
      where key.relation != relation.oid && found.insert(key.relation).inserted {
        open.append(key.relation)
      }
    }
    return sortedRelations.filter { found.contains($0.oid) }
  }
}
