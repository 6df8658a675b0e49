extension RuleBook {
  /// Rules about holes one step away: names, owners and objects beside the tables.
  static let stepAway = [
    Rule(
      name: "schema-owned", severity: .error,
      title: "the role owns the schema of a table and may drop it",
      why: "The owner of a schema may drop every object in it, whoever owns the object. One "
        + "statement destroys the rows of all tenants, and no policy is asked.",
      example: """
        CREATE SCHEMA crm AUTHORIZATION app_user;  -- app_user may DROP TABLE crm.leads
        ALTER SCHEMA crm OWNER TO app_owner;       -- mended
        """,
      source: "PostgreSQL manual, DROP TABLE; \"Schemas and Privileges\""),
    Rule(
      name: "policy-function-owned", severity: .warning,
      title: "the role owns a function that policies call, and can replace it",
      why: "CREATE OR REPLACE FUNCTION gives the function another body, and from then on every "
        + "policy that calls it decides as the role wishes, for all sessions.",
      example: """
        ALTER FUNCTION current_tenant() OWNER TO app_user;   -- the role may replace it
        ALTER FUNCTION current_tenant() OWNER TO app_owner;  -- mended
        """,
      source: "PostgreSQL manual, CREATE FUNCTION; \"Row Security Policies\""),
    Rule(
      name: "predefined-role", severity: .error,
      title: "the role is a member of a predefined role that reaches data around the policies",
      why: "Programs and files of the server lead to every row. pg_read_all_data reads "
        + "pg_statistic, which holds values of all tables, and everything that has no policies. "
        + "pg_monitor shows the statements of other sessions with the values in them.",
      example: """
        GRANT pg_read_server_files TO app_user;     -- the files of the tables can be read
        REVOKE pg_read_server_files FROM app_user;  -- mended
        """,
      source: "PostgreSQL manual, \"Predefined Roles\""),
    Rule(
      name: "role-replication", severity: .error,
      title: "the role has REPLICATION, and policies do not apply to what is replicated",
      why: "Such a role can copy the whole cluster (pg_basebackup) and decode the changes of all "
        + "tables from the log.",
      example: """
        ALTER ROLE app_user REPLICATION;    -- pg_basebackup -U app_user
        ALTER ROLE app_user NOREPLICATION;  -- mended
        """,
      source: "PostgreSQL manual, CREATE ROLE; \"Streaming Replication Protocol\""),
    Rule(
      name: "default-privileges", severity: .warning,
      title: "tables that are still to be created are open to the role before they are protected",
      why: "A default privilege grants every new table of its creator at once, while row-level "
        + "security has to be enabled for each. Who forgets it once has opened the table to all "
        + "tenants. An event trigger that enables row-level security closes it as well.",
      example: """
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT SELECT ON TABLES TO app_user;
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE SELECT ON TABLES FROM app_user;  -- mended
        """,
      source: "PostgreSQL manual, ALTER DEFAULT PRIVILEGES"),
    Rule(
      name: "sequence-readable", severity: .warning,
      title: "the role may read a sequence that all tenants draw from",
      why: "last_value tells how many rows the other tenants make, and when. An INSERT needs "
        + "USAGE only.",
      example: """
        CREATE SEQUENCE invoice_numbers;
        GRANT SELECT ON SEQUENCE invoice_numbers TO app_user;     -- SELECT last_value FROM …
        REVOKE SELECT ON SEQUENCE invoice_numbers FROM app_user;  -- mended
        """,
      source: "PostgreSQL manual, \"Privileges\"; \"Sequence Manipulation Functions\""),
    Rule(
      name: "sequence-settable", severity: .warning,
      title: "the role may set a sequence that all tenants draw from",
      why: "One tenant sets the counter back, and the inserts of all others fail with duplicate "
        + "keys, or sets it to its end, and no number is left. ROLLBACK does not undo it.",
      example: """
        CREATE SEQUENCE invoice_numbers;
        GRANT UPDATE ON SEQUENCE invoice_numbers TO app_user;     -- SELECT setval(…, 1)
        REVOKE UPDATE ON SEQUENCE invoice_numbers FROM app_user;  -- mended
        """,
      source: "PostgreSQL manual, \"Sequence Manipulation Functions\""),
    Rule(
      name: "session-context", severity: .warning,
      title: "a function sets the tenant for the whole session instead of the transaction",
      why: "With a pool the next user of the session begins with the last one's tenant, and work "
        + "that names none reaches that tenant's rows.",
      example: """
        CREATE FUNCTION enter(id text) RETURNS void LANGUAGE sql    -- outlives the transaction
          AS $$ SELECT set_config('app.current_tenant_id', id, false) $$;
        CREATE OR REPLACE FUNCTION enter(id text) RETURNS void LANGUAGE sql        -- mended
          AS $$ SELECT set_config('app.current_tenant_id', id, true) $$;
        """,
      source: "PostgreSQL manual, SET; \"Configuration Settings Functions\""),
    Rule(
      name: "leakproof-function", severity: .error,
      title: "a function claims to be LEAKPROOF, so it may run on rows before the policies",
      why: "The planner trusts the claim and runs the function first where that is cheaper. "
        + "Whatever it raises, writes or sends then tells of rows that the policies hide.",
      example: """
        CREATE FUNCTION spy(t text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF COST 0.0001
          AS $$ BEGIN RAISE NOTICE '%', t; RETURN true; END $$;
        ALTER FUNCTION spy(text) NOT LEAKPROOF;  -- mended
        """,
      source: "PostgreSQL manual, CREATE FUNCTION; \"Rules and Privileges\""),
    Rule(
      name: "large-object-open", severity: .error,
      title: "large objects can be read by every tenant",
      why: "Large objects have an owner and privileges, but no policies, and the application's "
        + "role is one for all tenants. Their numbers can be listed by anybody.",
      example: """
        ALTER TABLE rooms ADD COLUMN picture oid;    -- SELECT lo_get(oid) by any tenant
        ALTER TABLE rooms DROP COLUMN picture;
        ALTER TABLE rooms ADD COLUMN picture bytea;  -- mended: the policies hold
        """,
      source: "PostgreSQL manual, \"Large Objects\"; \"Privileges\""),
    Rule(
      name: "foreign-server-usable", severity: .error,
      title: "the role reaches another database with somebody else's credentials",
      why: "Policies of this database do not hold there, and dblink_connect_u connects even to "
        + "this server as its own user.",
      example: """
        CREATE EXTENSION IF NOT EXISTS postgres_fdw;
        CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'warehouse');
        GRANT USAGE ON FOREIGN SERVER warehouse TO app_user;     -- with a mapping for PUBLIC
        REVOKE USAGE ON FOREIGN SERVER warehouse FROM app_user;  -- mended
        """,
      source: "PostgreSQL manual, CREATE USER MAPPING; \"postgres_fdw\""),
    Rule(
      name: "notify-payload", severity: .warning,
      title: "a trigger sends values of tenants' rows by NOTIFY",
      why: "Every session may LISTEN on every channel, whatever its tenant, and NOTIFY knows no "
        + "privileges.",
      example: """
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_notify('rooms', row_to_json(NEW)::text); RETURN NULL; END $$;
        -- Every tenant may LISTEN rooms. Mended:
        CREATE OR REPLACE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_notify('rooms', 'changed'); RETURN NULL; END $$;
        """,
      source: "PostgreSQL manual, NOTIFY"),
    Rule(
      name: "policy-side-effect", severity: .warning,
      title: "a policy calls a function that changes something",
      why: "It runs for rows that the policy then hides, so what it writes or sets tells of "
        + "them, and a setting that it changes may open the next row.",
      example: """
        CREATE FUNCTION seen(room uuid) RETURNS boolean LANGUAGE sql
          AS $$ SELECT set_config('app.last_room', room::text, true) IS NOT NULL $$;
        CREATE POLICY watched ON rooms USING (seen(id));  -- runs on rows of all tenants
        ALTER POLICY watched ON rooms USING (tenant_id = current_tenant());  -- mended
        """,
      source: "PostgreSQL manual, \"Row Security Policies\"; \"Function Volatility Categories\""),
    Rule(
      name: "policy-search-path", severity: .error,
      title: "a policy calls a function whose names the caller can make mean something else",
      why: "Without SET search_path the body's names are looked up on the caller's path, and "
        + "temporary tables lie before all others. What the caller puts there answers for the "
        + "real table, and the policy lets the rows pass.",
      example: """
        CREATE FUNCTION mine(t uuid) RETURNS boolean LANGUAGE sql STABLE
          AS 'SELECT EXISTS (SELECT FROM memberships WHERE tenant_id = t)';
        -- The application runs CREATE TEMP TABLE memberships … and fills it. Mended:
        ALTER FUNCTION mine(uuid) SET search_path = pg_catalog, public, pg_temp;
        """,
      source: "PostgreSQL manual, CREATE FUNCTION; \"Usage Patterns\""),
    Rule(
      name: "unprotected-copy", severity: .warning,
      title: "a table without the tenant column holds what a table of tenants holds",
      why: "Archives, imports and copies made with CREATE TABLE AS have neither policies nor a "
        + "column that a policy could compare.",
      example: """
        CREATE TABLE rooms_archive AS SELECT id, number, floor FROM rooms;
        REVOKE ALL ON rooms_archive FROM app_user;  -- mended
        """,
      source: "PostgreSQL manual, CREATE TABLE AS; \"Row Security Policies\""),
    Rule(
      name: "audit-exposed", severity: .error,
      title: "a trigger copies tenants' rows to a table that all tenants read",
      why: "The copy has no policies, so what one tenant changes or deletes all others read.",
      example: """
        CREATE TABLE audit_log (entry jsonb NOT NULL);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
          SET search_path = pg_catalog, public
          AS $$ BEGIN INSERT INTO audit_log VALUES (to_jsonb(OLD)); RETURN NULL; END $$;
        CREATE TRIGGER note AFTER DELETE ON rooms FOR EACH ROW EXECUTE FUNCTION note();
        GRANT SELECT ON audit_log TO app_user;
        REVOKE SELECT ON audit_log FROM app_user;      -- mended
        """,
      source: "PostgreSQL manual, \"Row Security Policies\""),
  ]
}
