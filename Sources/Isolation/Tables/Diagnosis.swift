internal import Instrumentation
internal import Postgres
internal import SQLSyntax

/// Why a probe reached another tenant's rows, and what mends it.
struct Diagnosis {
  var rule: String
  var message: String
  var fix: String

  init(
    relation: Relation, tenancy: Tenancy, policies: [PolicyDefinition], actor: Actor,
    probe: Probe, options: IsolationOptions
  ) {
    let advisor = FixAdvisor(
      relation: relation, tenancy: tenancy,
      policies: policies.filter { $0.binds(actor.role) }, role: actor.role.name, options: options)
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
      fix = advisor.tighten(lax)
    } else if let claim = probe.claim {
      rule = probe.actor == nil ? "context-fallback" : "foreign-tenant-accepted"
      message =
        "the policies on \(table) let "
        + (probe.actor == nil ? "a session with an empty tenant" : "one tenant")
        + " write rows of \(claim)"
      fix = advisor.review(command)
    } else if case .unset = probe.trial.context {
      rule = "unset-context"
      message = "\(table) is open to \(command) when \(options.tenantSetting) was never set"
      fix = advisor.review(command)
    } else if case .empty = probe.trial.context {
      rule = "empty-context"
      message = "\(table) is open to \(command) when \(options.tenantSetting) is empty"
      fix = advisor.review(command)
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
      fix = advisor.review(command)
    }
  }
}

extension Probe.Method {
  /// True when what counts is whether a new row is accepted.
  var isNewRow: Bool { self == .insert || self == .move }
}

/// Words and SQL that mend a hole.
struct FixAdvisor {
  var relation: Relation
  var tenancy: Tenancy
  var policies: [PolicyDefinition]
  var role: String
  var options: IsolationOptions

  private var table: String { SQLNames.of(relation) }

  private var roleName: String { SQLNames.of(role) }

  /// The predicate that a tenant's rows satisfy, for a table with a tenant column.
  private var predicate: String? {
    let column: String
    switch tenancy {
    case .root(let name), .column(let name): column = name
    default: return nil
    }
    guard let type = relation.column(column)?.type.baseSQL,
      let name = try? SQLIdentifier.readable(column),
      let setting = try? SQLLiteral.quoted(options.tenantSetting)
    else { return nil }
    return "\(name) = (SELECT NULLIF(current_setting(\(setting), true), '')::\(type))"
  }

  /// A permissive policy that has a say in `command` and whose expression is simply true.
  func constantPolicy(for command: String, isNewRow: Bool) -> PolicyDefinition? {
    policies.first { policy in
      guard policy.isPermissive, policy.applies(to: command) else { return false }
      let expression = isNewRow ? policy.check ?? policy.using : policy.using
      return expression == "true"
    }
  }

  func alterRole(_ attributes: String) -> String { "ALTER ROLE \(roleName) \(attributes);" }

  func force() -> String { "ALTER TABLE \(table) FORCE ROW LEVEL SECURITY;" }

  func enable() -> String {
    let enabling =
      "ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY;\nALTER TABLE \(table) FORCE ROW LEVEL SECURITY;"
    if !policies.isEmpty { return enabling }
    guard let predicate else {
      return enabling + "\n-- then a policy that reaches the tenant through the parent table"
    }
    return enabling
      + "\nCREATE POLICY tenant_isolation ON \(table) FOR ALL TO \(roleName)"
      + "\n  USING (\(predicate))\n  WITH CHECK (\(predicate));"
  }

  func tighten(_ policy: PolicyDefinition) -> String {
    let name = SQLNames.of(policy.name)
    guard let predicate else {
      return "-- replace the expression of policy \(name) by one that reaches the tenant"
    }
    var text = "ALTER POLICY \(name) ON \(table)"
    if policy.command != "INSERT" { text += "\n  USING (\(predicate))" }
    if ["ALL", "INSERT", "UPDATE"].contains(policy.command) {
      text += "\n  WITH CHECK (\(predicate))"
    }
    return text + ";"
  }

  func review(_ command: String) -> String {
    let names = policies.filter { $0.applies(to: command) }.map(\.name)
    let which = names.isEmpty ? "the policies" : names.joined(separator: ", ")
    guard let predicate else {
      return "-- make \(which) on \(table) compare the tenant of the parent row with the setting"
    }
    return "-- make \(which) on \(table) require\n--   \(predicate)"
  }
}
