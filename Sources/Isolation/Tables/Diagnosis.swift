internal import DatabaseInstrumentation
internal import Postgres

/// Why a probe reached another tenant's rows, and what mends it.
struct Diagnosis {
  var rule: String
  var message: String
  var fix: String

  init(
    relation: Relation, policies: [PolicyDefinition], actor: Actor, probe: Probe,
    predicate: TenantPredicate
  ) {
    let advisor = FixAdvisor(
      relation: relation, policies: policies, actor: actor, predicate: predicate)
    let command = probe.operation.rawValue.uppercased()
    let role = actor.role.name
    let table = relation.displayName
    let lax = advisor.constantPolicy(for: command, isNewRow: probe.method.isNewRow)
    if actor.role.isSuperuser {
      rule = "role-superuser"
      message = "role \(role) is a superuser, whom row-level security never binds"
      fix = advisor.alterRole("NOSUPERUSER NOBYPASSRLS")
    } else if actor.role.bypassesRowSecurity {
      rule = "role-bypassrls"
      message = "role \(role) has BYPASSRLS, so no policy binds it"
      fix = advisor.alterRole("NOBYPASSRLS")
    } else if !relation.hasRowSecurity {
      rule = "rls-not-enabled"
      message = "row-level security is not enabled on \(table)"
      fix = advisor.enable()
    } else if !relation.forcesRowSecurity, actor.role.memberships.contains(relation.owner) {
      rule = "owner-not-forced"
      message = "role \(role) owns \(table), and row-level security is not forced on its owner"
      fix = advisor.force()
    } else if let lax {
      rule = probe.method.isNewRow ? "check-true" : "using-true"
      message = "policy \(lax.name) on \(table) lets every row pass for \(command)"
      fix = advisor.narrow(command)
    } else if let claim = probe.claim, probe.method != .read {
      rule = probe.actor == nil ? "context-fallback" : "foreign-tenant-accepted"
      message =
        "the policies on \(table) let "
        + (probe.actor == nil ? "a session with an empty tenant" : "one tenant")
        + " write rows of \(claim)"
      fix = advisor.narrow(command)
    } else if case .unset = probe.trial.context {
      rule = "unset-context"
      message = "\(table) is open to \(command) when \(predicate.setting) was never set"
      fix = advisor.narrow(command)
    } else if case .empty = probe.trial.context {
      rule = "empty-context"
      message = "\(table) is open to \(command) when \(predicate.setting) is empty"
      fix = advisor.narrow(command)
    } else {
      let deed =
        switch probe.method {
        case .read: "read"
        case .insert: "insert"
        case .update: "update"
        case .move: "move"
        case .delete: "delete"
        }
      rule = "cross-tenant-\(deed)"
      message = "the policies on \(table) let one tenant \(deed) rows of another"
      fix = advisor.narrow(command)
    }
  }
}

extension Probe.Method {
  /// True when what counts is whether a new row is accepted.
  var isNewRow: Bool { self == .insert || self == .move }
}
