extension RuleBook {
  /// Rules about the policies of tables.
  static let tables = [
    Rule(
      name: "role-superuser", severity: .error,
      title: "the application role is a superuser, whom no policy binds",
      why: """
        Superusers bypass row-level security on every table, FORCE or not. Whatever the policies \
        say, each session of the application reads and writes the rows of all tenants.
        """,
      example: """
        ALTER ROLE app_user SUPERUSER;                   -- open
        ALTER ROLE app_user NOSUPERUSER NOBYPASSRLS;     -- closed
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "role-bypassrls", severity: .error,
      title: "the application role has BYPASSRLS, so no policy binds it",
      why: """
        BYPASSRLS switches row-level security off for the role on every table. It is meant for \
        backups and administration, not for sessions that act for a tenant.
        """,
      example: """
        ALTER ROLE app_user BYPASSRLS;                   -- open
        ALTER ROLE app_user NOBYPASSRLS;                 -- closed
        """,
      source: Manual.roleAttributes),
    Rule(
      name: "rls-not-enabled", severity: .error,
      title: "row-level security is not enabled on a table, so its policies are not in force",
      why: """
        CREATE POLICY alone does nothing: policies count only after ENABLE ROW LEVEL SECURITY. A \
        copy made with CREATE TABLE … (LIKE …) or AS SELECT does not have it, and a partition or \
        inheritance child that is addressed directly follows its own flag, not its parent's.
        """,
      example: """
        CREATE TABLE rooms_archive (LIKE rooms INCLUDING ALL);
        GRANT SELECT ON rooms_archive TO app_user;       -- open
        ALTER TABLE rooms_archive ENABLE ROW LEVEL SECURITY;
        ALTER TABLE rooms_archive FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_isolation ON rooms_archive TO app_user
          USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "owner-not-forced", severity: .error,
      title:
        "the role owns the table, or is a member of its owner, and row-level security is not forced",
      why: """
        The owner of a table, and every role that is a member of the owner, bypasses its policies \
        unless the table says FORCE. Applications that connect as the role that ran the migrations \
        are not bound at all.
        """,
      example: """
        ALTER TABLE rooms OWNER TO app_user;
        ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;     -- open to app_user
        ALTER TABLE rooms FORCE ROW LEVEL SECURITY;      -- closed
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "using-true", severity: .error,
      title: "a permissive policy lets every existing row pass",
      why: """
        Permissive policies are joined with OR: one that is simply true opens all rows for its \
        command, whatever the others say. For UPDATE and DELETE a statement without WHERE reaches \
        them even when the SELECT policies hide them.
        """,
      example: """
        CREATE POLICY reading ON rooms FOR SELECT USING (true);                    -- open
        ALTER POLICY reading ON rooms
          USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "check-true", severity: .error,
      title: "a permissive policy lets every new row pass",
      why: """
        WITH CHECK decides which rows may be written. One that is simply true lets a tenant insert \
        rows that belong to another, or hand its own over: forged bookings, planted users.
        """,
      example: """
        CREATE POLICY adding ON rooms FOR INSERT WITH CHECK (true);                -- open
        ALTER POLICY adding ON rooms
          WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "cross-tenant-read", severity: .error,
      title: "the policies let one tenant read rows of another",
      why: """
        A branch of a policy does not compare the tenant (OR is_public, OR status = 'draft'), or \
        compares it loosely (LIKE, lower, left), or with the wrong thing. Permissive policies are \
        joined with OR, so one loose policy is enough.
        """,
      example: """
        CREATE POLICY lobby ON rooms FOR SELECT USING (floor = 0);                 -- open
        ALTER POLICY lobby ON rooms USING (floor = 0
          AND tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "cross-tenant-insert", severity: .error,
      title: "the policies let one tenant insert rows of another",
      why: """
        The WITH CHECK of an INSERT policy, or its USING where there is no WITH CHECK, accepts rows \
        that name another tenant. The victim then sees rows that it never made as its own.
        """,
      example: """
        CREATE POLICY adding ON rooms FOR INSERT WITH CHECK (tenant_id IS NOT NULL); -- open
        ALTER POLICY adding ON rooms
          WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "cross-tenant-update", severity: .error,
      title: "the policies let one tenant change rows of another",
      why: """
        The USING of the UPDATE policies admits other tenants' rows. An UPDATE without WHERE and \
        RETURNING needs no SELECT policy, so that these rows cannot be seen does not protect them. \
        A trigger that writes with its owner's rights can do the same.
        """,
      example: """
        CREATE POLICY changing ON rooms FOR UPDATE USING (floor IS NOT NULL);      -- open
        ALTER POLICY changing ON rooms
          USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "cross-tenant-move", severity: .error,
      title: "the policies let one tenant hand rows over to another",
      why: """
        USING looks at the row as it was, WITH CHECK at the row as it becomes. A lax WITH CHECK \
        lets an UPDATE put another tenant's id into a row, which then appears among that tenant's.
        """,
      example: """
        CREATE POLICY changing ON rooms FOR UPDATE                                 -- open
          USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
          WITH CHECK (tenant_id IS NOT NULL);
        ALTER POLICY changing ON rooms
          WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "cross-tenant-delete", severity: .error,
      title: "the policies let one tenant delete rows of another",
      why: """
        The USING of the DELETE policies admits other tenants' rows. A DELETE without WHERE and \
        RETURNING needs no SELECT policy: one statement empties the table for everybody.
        """,
      example: """
        CREATE POLICY removing ON rooms FOR DELETE USING (floor < 0);              -- open
        ALTER POLICY removing ON rooms USING (floor < 0
          AND tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "foreign-tenant-accepted", severity: .error,
      title:
        "the policies accept rows of an id that only resembles the tenant's, or that they name themselves",
      why: """
        A comparison that ignores case, cuts, matches a pattern or takes a remainder holds for ids \
        that are not equal. Whoever gets such an id as a tenant shares rows with the other one; and \
        rows of a sentinel that a policy names are written by all.
        """,
      example: """
        CREATE POLICY adding ON rooms FOR INSERT                                   -- open
          WITH CHECK (left(tenant_id::text, 8) = left(current_setting('app.current_tenant_id'), 8));
        ALTER POLICY adding ON rooms
          WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.createPolicy),
    Rule(
      name: "look-alike-tenant", severity: .error,
      title: "the policies take ids that resemble each other for the same tenant",
      why: """
        Whoever gets an id that differs from yours by case, by a suffix or by a wildcard reads or \
        deletes your rows, though it may not insert any.
        """,
      example: """
        CREATE POLICY own ON rooms FOR SELECT
          USING (tenant_id::text LIKE current_setting('app.current_tenant_id', true) || '%');
        -- Were ids texts, tenant 'acme' would read the rooms of 'acme-2'. Mended:
        ALTER POLICY own ON rooms USING (tenant_id = current_tenant());
        """,
      source: "PostgreSQL manual, \"Pattern Matching\""),
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
      source: "PostgreSQL manual, \"Pattern Matching\""),
  ]
}
