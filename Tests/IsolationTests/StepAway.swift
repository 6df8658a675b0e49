import Isolation
import Testing

/// A hole one step away in the good schema, with the clean twin in which it must stay silent.
struct StepAway: Sendable, CustomTestStringConvertible {
  var name: String
  /// What opens it.
  var hole: String
  /// The same made well.
  var twin: String
  var rule: String
  var object = "public.rooms"
  var severity = Finding.Severity.warning

  var testDescription: String { name }

  private static let setting = "current_setting('app.current_tenant_id', true)"
  private static let own = "tenant_id = NULLIF(\(setting), '')::uuid"
  private static let members = """
    CREATE TABLE grants (tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
    \(PlantedSchema.protect("grants"))
    """

  static let ofOwners = [
    StepAway(
      name: "the role owns the schema",
      hole: "CREATE SCHEMA crm AUTHORIZATION app_user; \(table("crm.leads"))",
      twin:
        "CREATE SCHEMA crm AUTHORIZATION app_owner; GRANT USAGE ON SCHEMA crm TO app_user; "
        + table("crm.leads"),
      rule: "schema-owned", object: "crm.leads", severity: .error),
    StepAway(
      name: "the role owns a function that policies call",
      hole: "\(tenantFunction); ALTER FUNCTION tenant() OWNER TO app_user",
      twin: tenantFunction, rule: "policy-function-owned"),
    StepAway(
      name: "a policy calls a function that sets a setting",
      hole: """
        CREATE FUNCTION allowed(id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN PERFORM set_config('app.last', id::text, true); RETURN true; END $$;
        CREATE POLICY noted ON rooms AS RESTRICTIVE USING (allowed(tenant_id))
        """,
      twin: """
        CREATE FUNCTION allowed(id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN RETURN id IS NOT NULL; END $$;
        CREATE POLICY noted ON rooms AS RESTRICTIVE USING (allowed(tenant_id))
        """, rule: "policy-side-effect"),
  ]

  static let ofObjects = [
    StepAway(
      name: "a sequence that all tenants draw from can be read",
      hole:
        "CREATE SEQUENCE invoice_numbers; GRANT USAGE, SELECT ON SEQUENCE invoice_numbers TO app_user",
      twin: "CREATE SEQUENCE invoice_numbers; GRANT USAGE ON SEQUENCE invoice_numbers TO app_user",
      rule: "sequence-readable", object: "public.invoice_numbers"),
    StepAway(
      name: "a sequence of a table of tenants can be set",
      hole: """
        ALTER TABLE rooms ADD COLUMN serial bigserial;
        GRANT USAGE, UPDATE ON SEQUENCE rooms_serial_seq TO PUBLIC
        """,
      twin: """
        ALTER TABLE rooms ADD COLUMN serial bigserial;
        GRANT USAGE ON SEQUENCE rooms_serial_seq TO app_user;
        CREATE TABLE codes (id serial PRIMARY KEY);
        GRANT ALL ON SEQUENCE codes_id_seq TO app_user
        """, rule: "sequence-settable", object: "public.rooms_serial_seq"),
    StepAway(
      name: "tables of the future are open",
      hole:
        "ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT ON TABLES TO app_user",
      twin: """
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT ON TABLES TO app_user;
        CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS $$
        DECLARE made record;
        BEGIN
          FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', made.object_identity);
          END LOOP;
        END $$;
        CREATE EVENT TRIGGER guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
          EXECUTE FUNCTION guard()
        """, rule: "default-privileges", object: "public"),
    StepAway(
      name: "a column refers to large objects",
      hole: "ALTER TABLE rooms ADD COLUMN picture oid",
      twin: "ALTER TABLE rooms ADD COLUMN picture bytea, ADD COLUMN kind regclass",
      rule: "large-object-open"),
    StepAway(
      name: "rows refer to large objects that the role may read",
      hole: """
        ALTER TABLE rooms ADD COLUMN picture oid;
        SELECT lo_from_bytea(4711, 'secret');
        GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC;
        INSERT INTO tenants VALUES ('00000000-0000-4000-8000-000000000001', 'kept');
        INSERT INTO rooms (tenant_id, number, picture)
          VALUES ('00000000-0000-4000-8000-000000000001', '7', 4711)
        """,
      twin: "SELECT lo_from_bytea(4711, 'secret')", rule: "large-object-open", severity: .error),
    StepAway(
      name: "large objects are open to all",
      hole: """
        SELECT lo_from_bytea(4711, 'secret'); GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC
        """, twin: "SELECT lo_from_bytea(4711, 'secret')", rule: "large-object-open",
      object: "pg_catalog.pg_largeobject"),
    StepAway(
      name: "a foreign server may be used with a mapped user",
      hole: """
        CREATE EXTENSION postgres_fdw; CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw;
        CREATE USER MAPPING FOR PUBLIC SERVER warehouse;
        GRANT USAGE ON FOREIGN SERVER warehouse TO app_user
        """,
      twin: """
        CREATE EXTENSION postgres_fdw; CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw;
        CREATE USER MAPPING FOR app_owner SERVER warehouse;
        GRANT USAGE ON FOREIGN SERVER warehouse TO app_user
        """, rule: "foreign-server-usable", object: "warehouse"),
    StepAway(
      name: "an archive without the tenant column",
      hole: """
        CREATE TABLE rooms_archive (id uuid, number text, floor int, archived_at timestamptz);
        GRANT SELECT ON rooms_archive TO app_user
        """,
      twin: """
        CREATE TABLE rooms_archive (id uuid, number text, floor int, archived_at timestamptz);
        CREATE TABLE room_types (id uuid, number text, beds int, view text, size int);
        GRANT SELECT ON room_types TO app_user
        """, rule: "unprotected-copy", object: "public.rooms_archive"),
    StepAway(
      name: "an import whose tenant column has another name",
      hole: """
        CREATE TABLE imports (tenant uuid, line jsonb); GRANT SELECT ON imports TO app_user
        """,
      twin: """
        CREATE TABLE imports (batch uuid, tenant_plan text); GRANT SELECT ON imports TO app_user
        """, rule: "unprotected-copy", object: "public.imports"),
  ]

  static let ofFunctions = [
    StepAway(
      name: "a helper sets the tenant for the session",
      hole: """
        CREATE FUNCTION use_tenant(id uuid) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN PERFORM set_config('app.current_tenant_id', id::text, false); END $$
        """,
      twin: """
        CREATE FUNCTION use_tenant(id uuid) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN PERFORM set_config('app.current_tenant_id', id::text, true); END $$
        """, rule: "session-context", object: "public.use_tenant"),
    StepAway(
      name: "a procedure sets the tenant for the session by a statement",
      hole: """
        CREATE PROCEDURE use_tenant(id text) LANGUAGE plpgsql AS $$
        BEGIN EXECUTE format('SET app.current_tenant_id = %L', id); END $$
        """,
      twin: """
        CREATE PROCEDURE use_tenant(id text) LANGUAGE plpgsql AS $$
        BEGIN EXECUTE format('SET LOCAL app.current_tenant_id = %L', id); END $$
        """, rule: "session-context", object: "public.use_tenant"),
    StepAway(
      name: "a function claims to be leakproof and is not",
      hole: """
        CREATE FUNCTION spy(t text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF COST 0.000001 AS $$
        BEGIN RAISE NOTICE '%', t; RETURN true; END $$
        """,
      twin: """
        CREATE FUNCTION spy(t text) RETURNS boolean LANGUAGE plpgsql COST 0.000001 AS $$
        BEGIN RAISE NOTICE '%', t; RETURN true; END $$;
        CREATE FUNCTION equal(t text) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT t = t';
        REVOKE EXECUTE ON FUNCTION equal FROM PUBLIC
        """, rule: "leakproof-function", severity: .error),
    StepAway(
      name: "a leakproof function of the user's",
      hole:
        "CREATE FUNCTION same(t text) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT t = t'",
      twin: "CREATE FUNCTION same(t text) RETURNS boolean LANGUAGE sql AS 'SELECT t = t'",
      rule: "leakproof-function", object: "public.same"),
    StepAway(
      name: "a trigger sends rows to whoever listens",
      hole: notifying("json_build_object('id', NEW.id, 'number', NEW.number)::text"),
      twin: notifying("TG_TABLE_NAME"), rule: "notify-payload"),
    StepAway(
      name: "a trigger sends rows through a variable",
      hole: """
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE message text;
        BEGIN
          message := row_to_json(NEW)::text;
          PERFORM pg_notify('rooms', message);
          RETURN NULL;
        END $$;
        CREATE TRIGGER tell AFTER UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION tell()
        """,
      twin: """
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.floor <> OLD.floor THEN PERFORM pg_notify('rooms', 'changed'); END IF;
          RETURN NULL;
        END $$;
        CREATE TRIGGER tell AFTER UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION tell()
        """, rule: "notify-payload"),
    StepAway(
      name: "a trigger copies rows that change to a table of nobody",
      hole: "\(audit) GRANT SELECT ON log TO app_user", twin: audit, rule: "audit-exposed",
      object: "public.log", severity: .error),
    StepAway(
      name: "a default of the tenant column ends in a constant",
      hole: """
        ALTER TABLE rooms ALTER COLUMN tenant_id SET DEFAULT
          COALESCE(NULLIF(\(setting), ''), '11111111-1111-4111-8111-111111111111')::uuid
        """,
      twin:
        "ALTER TABLE rooms ALTER COLUMN tenant_id SET DEFAULT NULLIF(\(setting), '')::uuid",
      rule: "tenant-default"),
  ]

  static let ofNames = [
    StepAway(
      name: "a pinned path leaves temporary tables first",
      hole: counting(path: "pg_catalog, public"),
      twin: counting(path: "pg_catalog, public, pg_temp"),
      rule: "definer-search-path", object: "public.count_amenities", severity: .info),
    StepAway(
      name: "a pinned path begins with a schema of the role's",
      hole: """
        CREATE SCHEMA scratch; GRANT ALL ON SCHEMA scratch TO app_user;
        \(counting(path: "scratch, public, pg_temp"))
        """,
      twin: """
        CREATE SCHEMA scratch; GRANT ALL ON SCHEMA scratch TO app_user;
        \(counting(path: "public, scratch, pg_temp"))
        """, rule: "definer-search-path", object: "public.count_amenities"),
    StepAway(
      name: "a function that policies call looks a table up",
      hole: members + membership(""),
      twin: members + membership("SET search_path = public, pg_temp"),
      rule: "policy-search-path", severity: .error),
    StepAway(
      name: "a function that policies call looks current_setting up where the role may create",
      hole: """
        CREATE SCHEMA scratch; GRANT ALL ON SCHEMA scratch TO app_user;
        \(tenantFunction)
        """,
      twin: """
        CREATE SCHEMA scratch; GRANT ALL ON SCHEMA scratch TO app_user;
        \(tenantFunction); ALTER FUNCTION tenant() SET search_path = pg_catalog
        """, rule: "policy-search-path", severity: .error),
  ]

  private static let tenantFunction = """
    CREATE FUNCTION tenant() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
    BEGIN RETURN NULLIF(\(setting), '')::uuid; END $$;
    DROP POLICY own_rows ON rooms;
    CREATE POLICY own_rows ON rooms USING (tenant_id = tenant()) WITH CHECK (tenant_id = tenant())
    """

  private static let audit = """
    CREATE TABLE log (entry jsonb);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, pg_temp AS $$
    BEGIN INSERT INTO public.log VALUES (to_jsonb(OLD)); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER UPDATE OR DELETE ON rooms FOR EACH ROW EXECUTE FUNCTION note();
    """

  private static func table(_ name: String) -> String {
    """
    CREATE TABLE \(name) (tenant_id uuid NOT NULL REFERENCES tenants, word text NOT NULL);
    ALTER TABLE \(name) OWNER TO app_owner;
    \(PlantedSchema.protect(name))
    """
  }

  private static func notifying(_ payload: String) -> String {
    """
    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_notify('rooms', \(payload)); RETURN NEW; END $$;
    CREATE TRIGGER tell AFTER INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION tell()
    """
  }

  private static func counting(path: String) -> String {
    """
    CREATE FUNCTION count_amenities() RETURNS bigint LANGUAGE sql SECURITY DEFINER
      SET search_path = \(path) AS $$ SELECT count(*) FROM amenities WHERE code <> 'x' $$
    """
  }

  private static func membership(_ path: String) -> String {
    """
    CREATE FUNCTION mine(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE \(path) AS $$
    BEGIN RETURN EXISTS (SELECT FROM grants g WHERE g.tenant_id = id); END $$;
    CREATE POLICY shared ON rooms FOR SELECT USING (mine(tenant_id))
    """
  }
}
