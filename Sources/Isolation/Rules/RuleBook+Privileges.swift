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
      why:
        "SET ROLE takes on another role's attributes for the rest of the session, SUPERUSER and "
        + "BYPASSRLS among them, though they are not inherited. Whoever can send the application's "
        + "role one statement of his own, by an injection for example, then reads and writes the rows "
        + "of all tenants.",
      example: """
        GRANT maintenance TO app_user;     -- maintenance has BYPASSRLS and may read bookings
        -- as app_user: SET ROLE maintenance; SELECT * FROM bookings;
        REVOKE maintenance FROM app_user;  -- mended
        """,
      source: "PostgreSQL manual, SET ROLE; section 22.3 \"Role Membership\""),
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
