internal import Postgres

/// Tables that are still to be created, which the application may reach before anybody protects
/// them.
///
/// Makes such a table, looks, and takes it away. An event trigger that protects new tables is
/// thereby seen to work.
struct DefaultPrivilegeProbes: IsolationCheck {
  var rules: [String] { ["default-privileges"] }

  func phrase(_ survey: Survey) -> String {
    "making a table under default privileges"
  }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let survey = survey
    var outcome = CheckOutcome()
    let schemas = Set(survey.ownedTables.map(\.schema)).sorted()
    var seen: Set<[String]> = []
    for privilege in survey.surroundings.defaultPrivileges {
      for actor in survey.boundActors where concerns(privilege, actor) {
        for schema in privilege.schema.map({ [$0] }) ?? schemas
        where seen.insert([privilege.creator, schema, actor.role.name]).inserted {
          outcome.probes += 1
          if let finding = try probe(privilege, schema, actor, survey) {
            outcome.findings.append(finding)
          }
        }
      }
    }
    return outcome
  }

  private func concerns(_ privilege: DefaultPrivilege, _ actor: Actor) -> Bool {
    // What the application creates itself it owns anyway.
    guard !actor.role.memberships.contains(privilege.creator) else { return false }
    return privilege.grantee.map { actor.role.memberships.contains($0) } ?? true
  }

  private func probe(
    _ privilege: DefaultPrivilege, _ schema: String, _ actor: Actor, _ survey: Survey
  ) throws -> Finding? {
    let table = "\(SQLNames.of(schema)).dbtool_new_table"
    let rehearsal = Rehearsal(
      preparation: [
        "SET LOCAL ROLE \(SQLNames.of(privilege.creator))",
        "CREATE TABLE \(table) (\(SQLNames.of(survey.options.tenantColumn)) text)", "RESET ROLE",
      ],
      role: actor.role.name,
      statements: [
        """
        SELECT string_agg(p, ', ') FROM pg_catalog.pg_class c, \
        unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) p \
        WHERE c.oid = \(SQLNames.literal(table))::regclass AND has_table_privilege(c.oid, p) \
        AND (NOT c.relrowsecurity OR p = 'TRUNCATE')
        """
      ])
    guard let granted = try rehearsal.run(in: survey)?.first?.scalar else { return nil }
    let grantee = privilege.grantee.map { SQLNames.of($0) } ?? "PUBLIC"
    let place = privilege.schema.map { " IN SCHEMA \(SQLNames.of($0))" } ?? ""
    return Finding(
      rule: "default-privileges", severity: .warning, object: schema, operation: "other",
      role: actor.role.name,
      message:
        "tables that \(privilege.creator) will create in schema \(schema) are open to role \(actor.role.name) until somebody protects them",
      evidence: "\(granted) on a table that was just created, without row-level security",
      reproduce: rehearsal.script(survey),
      fix:
        "ALTER DEFAULT PRIVILEGES FOR ROLE \(SQLNames.of(privilege.creator))\(place) REVOKE ALL ON TABLES FROM \(grantee);\n-- and GRANT in the migration that creates a table and its policies"
    )
  }
}
