extension RuleBook {
  /// Rules about the policies of tables.
  static let tables = [
    Rule(
      name: "role-superuser", severity: .error,
      title: "the application role is a superuser, whom no policy binds",
      why: "", example: "", source: ""),
    Rule(
      name: "role-bypassrls", severity: .error,
      title: "the application role has BYPASSRLS, so no policy binds it",
      why: "", example: "", source: ""),
    Rule(
      name: "rls-not-enabled", severity: .error,
      title: "row-level security is not enabled on a table, so its policies are not in force",
      why: "", example: "", source: ""),
    Rule(
      name: "owner-not-forced", severity: .error,
      title:
        "the role owns the table, or is a member of its owner, and row-level security is not forced",
      why: "", example: "", source: ""),
    Rule(
      name: "using-true", severity: .error,
      title: "a permissive policy lets every existing row pass",
      why: "", example: "", source: ""),
    Rule(
      name: "check-true", severity: .error,
      title: "a permissive policy lets every new row pass",
      why: "", example: "", source: ""),
    Rule(
      name: "cross-tenant-read", severity: .error,
      title: "the policies let one tenant read rows of another",
      why: "", example: "", source: ""),
    Rule(
      name: "cross-tenant-insert", severity: .error,
      title: "the policies let one tenant insert rows of another",
      why: "", example: "", source: ""),
    Rule(
      name: "cross-tenant-update", severity: .error,
      title: "the policies let one tenant change rows of another",
      why: "", example: "", source: ""),
    Rule(
      name: "cross-tenant-move", severity: .error,
      title: "the policies let one tenant hand rows over to another",
      why: "", example: "", source: ""),
    Rule(
      name: "cross-tenant-delete", severity: .error,
      title: "the policies let one tenant delete rows of another",
      why: "", example: "", source: ""),
    Rule(
      name: "foreign-tenant-accepted", severity: .error,
      title:
        "the policies accept rows of an id that only resembles the tenant's, or that they name themselves",
      why: "", example: "", source: ""),
    Rule(
      name: "look-alike-tenant", severity: .error,
      title: "the policies take ids that resemble each other for the same tenant",
      why: """
        Whoever gets an id that differs from yours by case, by a suffix or by a wildcard reads or \
        deletes your rows, though it may not insert any.
        """,
      example: """
        CREATE POLICY own ON rooms FOR SELECT
          USING (tenant_id LIKE current_setting('app.current_tenant_id', true) || '%');
        -- tenant 'acme' reads the rooms of 'acme-2'; mended:
        ALTER POLICY own ON rooms
          USING (tenant_id = (SELECT current_setting('app.current_tenant_id', true)));
        """,
      source: "PostgreSQL manual, section 9.7 \"Pattern Matching\""),
    Rule(
      name: "loose-context", severity: .warning,
      title: "a context that is no tenant's id passes for a tenant's",
      why: """
        No tenant can have that id, so it takes an application that hands on what a client says: \
        a % or the beginning of an id then opens rows.
        """,
      example: """
        CREATE POLICY own ON rooms
          USING (tenant_id::text LIKE current_setting('app.current_tenant_id', true));
        -- mended: compare for equality in the column's own type
        ALTER POLICY own ON rooms USING (
          tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid));
        """,
      source: "PostgreSQL manual, section 9.7 \"Pattern Matching\""),
  ]
}
