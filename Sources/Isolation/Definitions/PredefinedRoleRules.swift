internal import Postgres

/// Memberships in roles that come with PostgreSQL, and REPLICATION: ways to the data that go around
/// tables.
///
/// PostgreSQL manual, section 22.5 "Predefined Roles". Roles that reach no rows, such as
/// `pg_signal_backend` and `pg_checkpoint`, are no finding.
struct PredefinedRoleRules: IsolationCheck {
  var runsLive: Bool { true }

  private struct Way {
    var role: String
    var severity: Finding.Severity
    var does: String
  }

  private static let ways = [
    Way(
      role: "pg_execute_server_program", severity: .error,
      does: "may run programs as the server's own user, who reaches every row"),
    Way(
      role: "pg_write_server_files", severity: .error,
      does: "may write the server's files, those that say who may log in as well"),
    Way(
      role: "pg_read_server_files", severity: .error,
      does: "may read the server's files, those that hold the rows as well"),
    Way(
      role: "pg_read_all_data", severity: .error,
      does: "may read everything without policies, and in pg_statistic values of every table's rows"
    ),
    Way(
      role: "pg_write_all_data", severity: .warning,
      does: "may write to every table without policies, whatever was granted"),
    Way(
      role: "pg_read_all_stats", severity: .warning,
      does: "sees the statements of other sessions, with the values in them"),
  ]

  func phrase(_ survey: Survey) -> String { "reading predefined roles" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    return CheckOutcome(
      findings: survey.ownedTables.flatMap { relation in
        survey.boundActors.flatMap { actor in
          memberships(relation, actor) + replication(relation, actor, survey.surroundings)
        }
      })
  }

  private func memberships(_ relation: Relation, _ actor: Actor) -> [Finding] {
    Self.ways.filter { actor.role.memberships.contains($0.role) }.map { way in
      // The reader of statistics is most often a member through pg_monitor.
      let isMonitor =
        way.role == "pg_read_all_stats" && actor.role.memberships.contains("pg_monitor")
      let membership = isMonitor ? "pg_monitor" : way.role
      return Finding(
        rule: "predefined-role", severity: way.severity, object: relation.displayName,
        operation: "other", role: actor.role.name,
        message: "role \(actor.role.name) is a member of \(membership), so it \(way.does)",
        evidence: "membership in \(membership)",
        reproduce: script(way.role, actor, relation),
        fix: "REVOKE \(membership) FROM \(SQLNames.of(actor.role));")
    }
  }

  private func script(_ role: String, _ actor: Actor, _ relation: Relation) -> String {
    let statement =
      switch role {
      case "pg_read_all_data":
        "SELECT stavalues1 FROM pg_catalog.pg_statistic WHERE starelid = \(SQLNames.literal(SQLNames.of(relation)))::regclass;"
      case "pg_read_all_stats": "SELECT query FROM pg_catalog.pg_stat_activity;"
      default: "SELECT pg_catalog.pg_has_role('\(role)', 'MEMBER');"
      }
    return "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\n\(statement)\nROLLBACK;"
  }

  /// Whoever replicates gets the changes of all tables, and no policy looks at them.
  private func replication(
    _ relation: Relation, _ actor: Actor, _ surroundings: Surroundings
  ) -> [Finding] {
    guard surroundings.reach(of: actor.role.name).replicates else { return [] }
    return [
      Finding(
        rule: "role-replication", severity: .error, object: relation.displayName,
        operation: "select", role: actor.role.name,
        message:
          "role \(actor.role.name) has REPLICATION, so it can copy the cluster and stream all changes of \(relation.displayName)",
        evidence: "REPLICATION", reproduce: "",
        fix: "ALTER ROLE \(SQLNames.of(actor.role)) NOREPLICATION;")
    ]
  }
}
