extension RuleBook {
  /// Rules about roles and privileges.
  static let privileges = [
    Rule(
      name: "truncate-granted", severity: .error,
      title: "the role may TRUNCATE a table of tenants",
      why: "", example: "", source: ""),
    Rule(
      name: "role-createrole", severity: .error,
      title: "the role may make itself a member of the owner",
      why: "", example: "", source: ""),
    Rule(
      name: "member-of-unbound-role", severity: .error,
      title: "the role may become a role that no policy binds",
      why: "", example: "", source: ""),
    Rule(
      name: "trigger-granted", severity: .warning,
      title: "the role may put triggers on a table of tenants",
      why: "", example: "", source: ""),
    Rule(
      name: "references-granted", severity: .warning,
      title: "the role may make foreign keys to a table of tenants",
      why: "", example: "", source: ""),
    Rule(
      name: "owner-can-disable", severity: .warning,
      title: "the role owns a table and can switch its row-level security off",
      why: "", example: "", source: ""),
    Rule(
      name: "foreign-table-granted", severity: .warning,
      title: "the role may read a foreign table, which cannot have policies",
      why: "", example: "", source: ""),
  ]
}
