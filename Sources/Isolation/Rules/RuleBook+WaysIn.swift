extension RuleBook {
  /// Rules about ways in beside the four verbs on tables.
  static let waysIn = [
    Rule(
      name: "view-definer", severity: .error,
      title: "a view runs as its owner, whom the policies do not bind",
      why: """
        The tables under a view are read with the rights of the view's owner, and its policies are \
        applied to the owner. A superuser, a role with BYPASSRLS and an owner without FORCE are not \
        bound, so the view shows all tenants. security_invoker (since PostgreSQL 15) makes its \
        reader count; the reader then needs privileges on the tables too.
        """,
      example: """
        CREATE VIEW room_numbers AS SELECT tenant_id, number FROM rooms;
        GRANT SELECT ON room_numbers TO app_user;        -- open if the owner is not bound
        ALTER VIEW room_numbers SET (security_invoker = true);
        """,
      source: Manual.createView),
    Rule(
      name: "view-leak", severity: .error,
      title: "a view shows one tenant's rows to another",
      why: """
        The view runs as its reader and shows another tenant's values all the same: the policies of \
        a table under it are lax, or it calls a function that runs as its owner.
        """,
      example: """
        CREATE FUNCTION all_rooms() RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER
          SET search_path = pg_catalog, public AS $$ SELECT * FROM rooms $$;
        CREATE VIEW listing WITH (security_invoker = true) AS SELECT * FROM all_rooms();
        GRANT SELECT ON listing TO app_user;             -- open
        ALTER FUNCTION all_rooms() SECURITY INVOKER;     -- closed
        """,
      source: Manual.createView),
    Rule(
      name: "matview-exposed", severity: .error,
      title: "a materialized view holds rows of all tenants",
      why: """
        A materialized view is a copy, made with its owner's rights, and cannot have policies. Who \
        may read it reads what was computed for all tenants.
        """,
      example: """
        CREATE MATERIALIZED VIEW occupancy AS
          SELECT tenant_id, count(*) AS rooms FROM rooms GROUP BY tenant_id;
        GRANT SELECT ON occupancy TO app_user;           -- open
        REVOKE SELECT ON occupancy FROM app_user;
        CREATE VIEW own_occupancy WITH (security_barrier) AS SELECT * FROM occupancy
          WHERE tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid;
        GRANT SELECT ON own_occupancy TO app_user;       -- closed
        """,
      source: Manual.materializedViews),
    Rule(
      name: "shared-table-leak", severity: .error,
      title: "a table that belongs to no tenant holds values of tenants' rows",
      why: """
        A table without a tenant column was filled with what stands in tenants' rows, by an audit \
        trigger for example. No policy can tell its rows apart, so every tenant reads all of them.
        """,
      example: """
        CREATE TABLE audit (entry jsonb NOT NULL);
        GRANT SELECT ON audit TO app_user;               -- open once a trigger fills it
        ALTER TABLE audit ADD COLUMN tenant_id uuid NOT NULL;
        ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant_isolation ON audit
          USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "definer-function-reads", severity: .error,
      title: "a SECURITY DEFINER function returns another tenant's rows",
      why: """
        Such a function runs as its owner, so the policies that bind its caller do not count. Only \
        its own text keeps tenants apart, and a lookup by id, a missing tenant or an argument that \
        is pasted into SQL does not. PUBLIC may call new functions unless it is revoked.
        """,
      example: """
        CREATE FUNCTION room(wanted uuid) RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER
          SET search_path = pg_catalog, public           -- open
          AS $$ SELECT * FROM rooms WHERE id = wanted $$;
        ALTER FUNCTION room(uuid) SECURITY INVOKER;      -- closed
        """,
      source: Manual.definerFunctions),
    Rule(
      name: "definer-function-writes", severity: .error,
      title: "a SECURITY DEFINER function changes another tenant's rows",
      why: """
        Such a function runs as its owner, so the policies that bind its caller do not count. One \
        that finds its rows by an argument, and not by the session's tenant, changes anybody's.
        """,
      example: """
        CREATE FUNCTION lift(wanted text) RETURNS void LANGUAGE sql SECURITY DEFINER
          SET search_path = pg_catalog, public           -- open
          AS $$ UPDATE rooms SET floor = floor + 1 WHERE number = wanted $$;
        ALTER FUNCTION lift(text) SECURITY INVOKER;      -- closed
        """,
      source: Manual.definerFunctions),
  ]
}
