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
    Rule(
      name: "view-not-barrier", severity: .error,
      title: "a view filters tenants, but a reader's condition may run before its filter",
      why: """
        The planner runs cheap conditions first. A reader puts a function of its own, or a cast \
        whose error shows the value, into WHERE and so sees the rows that the view would have \
        dropped.
        """,
      example: """
        CREATE VIEW my_rooms AS SELECT * FROM rooms WHERE tenant_id = current_tenant();
        -- The application runs, with a function of its own that keeps its argument:
        -- SELECT * FROM my_rooms WHERE pg_temp.peek(number);
        -- mended:
        ALTER VIEW my_rooms SET (security_barrier = true);
        """,
      source: "PostgreSQL manual, \"Rules and Privileges\""),
    Rule(
      name: "view-writes", severity: .error,
      title: "through a view one tenant writes rows of another",
      why: """
        An updatable view writes to its table with its owner's rights, whom the policies may not \
        bind. Its filter keeps new rows in only with CHECK OPTION, and a trigger or rule in its \
        place does what it likes.
        """,
      example: """
        CREATE VIEW my_rooms AS SELECT * FROM rooms WHERE tenant_id = current_tenant();
        GRANT INSERT ON my_rooms TO app_user;
        -- Tenant A runs:
        -- INSERT INTO my_rooms (tenant_id, number) VALUES ('… of tenant B', '7');
        -- mended:
        ALTER VIEW my_rooms SET (security_invoker = true, check_option = cascaded);
        """,
      source: "PostgreSQL manual, CREATE VIEW, \"Updatable Views\""),
    Rule(
      name: "parent-table-writes", severity: .error,
      title: "through a table that others inherit from one tenant writes rows of another",
      why: """
        A statement on the parent reaches the rows of its children, and only the parent's \
        policies are applied.
        """,
      example: """
        CREATE TABLE people (name text NOT NULL);
        CREATE TABLE guests (tenant_id uuid NOT NULL) INHERITS (people);
        GRANT DELETE ON people TO app_user;
        -- deletes the guests of all tenants:
        DELETE FROM people;
        -- mended:
        REVOKE DELETE ON people FROM app_user;
        """,
      source: "PostgreSQL manual, \"Caveats\" (of inheritance)"),
    Rule(
      name: "definer-function-oracle", severity: .warning,
      title: "a SECURITY DEFINER function tells what another tenant has",
      why: """
        It returns no row, but its yes, no or error depends on another tenant's rows, so whoever \
        guesses a value learns whether another tenant has it.
        """,
      example: """
        CREATE FUNCTION is_taken(text) RETURNS boolean LANGUAGE sql SECURITY DEFINER
          SET search_path = pg_catalog, public
          AS 'SELECT EXISTS (SELECT FROM rooms WHERE number = $1)';
        -- mended, or with the tenant in the condition:
        ALTER FUNCTION is_taken(text) SECURITY INVOKER;
        """,
      source: "PostgreSQL manual, CREATE FUNCTION, \"Writing SECURITY DEFINER Functions Safely\""),
    Rule(
      name: "trigger-crosses-tenants", severity: .error,
      title: "a trigger or rule writes another tenant's rows",
      why: """
        Rules and SECURITY DEFINER triggers act as their owner. One that finds rows by a natural \
        value, or by none, changes those of other tenants, or makes rows for them.
        """,
      example: """
        CREATE TABLE prices (tenant_id uuid NOT NULL, number text NOT NULL, cents int NOT NULL);
        CREATE RULE reprice AS ON UPDATE TO rooms
          DO ALSO UPDATE prices SET cents = 0 WHERE number = NEW.number;
        -- mended:
        CREATE OR REPLACE RULE reprice AS ON UPDATE TO rooms DO ALSO
          UPDATE prices SET cents = 0 WHERE number = NEW.number AND tenant_id = NEW.tenant_id;
        """,
      source: "PostgreSQL manual, \"Rules and Privileges\""),
  ]
}
