internal import Postgres

/// Large objects, which policies know nothing of.
///
/// Whoever may read one reads it by its number, and the numbers of all lie open in
/// `pg_largeobject_metadata` (PostgreSQL manual, section 35 "Large Objects").
struct LargeObjectProbes: IsolationCheck {
  var rules: [String] { ["large-object-open"] }

  func phrase(_ survey: Survey) -> String { "looking for large objects" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let survey = survey
    var outcome = CheckOutcome()
    let columns = survey.ownedTables.flatMap { relation in
      relation.columns.filter { ["oid", "lo"].contains($0.type.sql.split(separator: ".").last) }
        .map { (relation, $0) }
    }
    for actor in survey.boundActors {
      for (relation, column) in columns {
        outcome.probes += 1
        if let finding = try referred(relation, column, actor, survey) {
          outcome.findings.append(finding)
        }
      }
      let reach = survey.surroundings.reach(of: actor.role.name)
      let isAny = survey.surroundings.largeObjectsAreOpen || reach.largeObjects > 0
      if columns.isEmpty, isAny { outcome.findings.append(anywhere(actor, reach, survey)) }
    }
    return outcome
  }

  /// A column of a table of tenants that holds the numbers of large objects.
  private func referred(
    _ relation: Relation, _ column: Column, _ actor: Actor, _ survey: Survey
  ) throws -> Finding? {
    let name = SQLNames.of(column.name)
    let privileges = actor.privileges(on: relation.oid)
    guard actor.hasAnyPrivilege(on: relation.oid) else { return nil }
    // Rows that the application has already made say whether the column is used for that.
    let stored = try Rehearsal(
      role: nil,
      statements: [
        """
        SELECT m.oid::text FROM \(SQLNames.of(relation)) t \
        JOIN pg_catalog.pg_largeobject_metadata m ON m.oid::text = t.\(name)::text LIMIT 1
        """
      ]
    ).run(in: survey)?.first?.scalar
    if let stored {
      let rehearsal = Rehearsal(
        role: actor.role.name, tenant: survey.stage.tenants[0],
        statements: ["SELECT octet_length(lo_get(\(stored))) AS bytes"])
      guard try rehearsal.run(in: survey) != nil else { return nil }
      return finding(
        relation, column, actor, .error,
        evidence:
          "large object \(stored) of a row there was read by tenant A, to whom the row does not belong",
        rehearsal, survey)
    }
    // What the application creates the application's role owns, for all tenants alike.
    guard privileges.insert.contains(column.name) || privileges.update.contains(column.name) else {
      return nil
    }
    let rehearsal = Rehearsal(
      role: actor.role.name, tenant: survey.stage.tenants[1],
      statements: [
        "SELECT set_config('dbtool.object', lo_from_bytea(0, 'of tenant B')::text, true)",
        "SELECT set_config(\(SQLNames.literal(survey.options.tenantSetting)), \(SQLNames.literal(survey.stage.tenants[0])), true)",
        "SELECT convert_from(lo_get(current_setting('dbtool.object')::oid), 'UTF8')",
      ])
    guard try rehearsal.run(in: survey)?.last?.scalar == "of tenant B" else { return nil }
    return finding(
      relation, column, actor, .warning,
      evidence: "a large object that tenant B made was read by tenant A", rehearsal, survey)
  }

  private func finding(
    _ relation: Relation, _ column: Column, _ actor: Actor, _ severity: Finding.Severity,
    evidence: String, _ rehearsal: Rehearsal, _ survey: Survey
  ) -> Finding {
    Finding(
      rule: "large-object-open", severity: severity, object: relation.displayName,
      operation: "select", role: actor.role.name,
      message:
        "\(relation.displayName).\(column.name) refers to large objects, which policies do not protect: every tenant may read them by number",
      evidence: evidence, reproduce: rehearsal.script(survey),
      fix:
        "-- store the bytes in a bytea column of \(SQLNames.of(relation)), where the policies hold"
    )
  }

  private func anywhere(_ actor: Actor, _ reach: RoleReach, _ survey: Survey) -> Finding {
    let isOpen = survey.surroundings.largeObjectsAreOpen
    let number = reach.largeObject.map { String($0) } ?? "0"
    return Finding(
      rule: "large-object-open", severity: .warning, object: "pg_catalog.pg_largeobject",
      operation: "select", role: actor.role.name,
      message:
        "role \(actor.role.name) may read large objects, and so may every tenant: policies do not protect them",
      evidence: isOpen
        ? "lo_compat_privileges is on"
        : "\(reach.largeObjects) large objects, \(number) for example",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nSELECT octet_length(lo_get(\(number)));\nROLLBACK;",
      fix: isOpen
        ? "ALTER SYSTEM SET lo_compat_privileges = off;"
        : "REVOKE ALL ON LARGE OBJECT \(number) FROM \(actor.grantees);")
  }
}
