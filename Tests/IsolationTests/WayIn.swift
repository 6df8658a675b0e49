import Isolation
import Testing

/// A way to another tenant's rows that ordinary rows and the four verbs on tables do not show.
struct WayIn: Sendable, CustomTestStringConvertible {
  var name: String
  /// What opens it in the good schema.
  var sql: String
  var rule: String
  var object = "public.rooms"
  var severity = Finding.Severity.error

  var testDescription: String { name }

  private static let setting = "current_setting('app.current_tenant_id', true)"
  private static let own = "tenant_id = NULLIF(\(setting), '')::uuid"
  private static let dropKey =
    "ALTER TABLE bookings DROP CONSTRAINT bookings_tenant_id_room_id_fkey"

  static let throughBranches = [
    WayIn(
      name: "rows with a flag are open to all",
      sql: """
        ALTER TABLE rooms ADD COLUMN is_public boolean NOT NULL DEFAULT false;
        CREATE POLICY listed ON rooms FOR SELECT USING (is_public)
        """, rule: "cross-tenant-read"),
    WayIn(
      name: "rows with one value of an enumeration are open to all",
      sql: """
        CREATE TYPE state AS ENUM ('draft', 'live', 'archived');
        ALTER TABLE rooms ADD COLUMN state state NOT NULL DEFAULT 'draft';
        CREATE POLICY archive ON rooms FOR SELECT USING (\(own) OR state = 'archived')
        """, rule: "cross-tenant-read"),
    WayIn(
      name: "rows with a member in a document are open to all",
      sql: """
        ALTER TABLE rooms ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';
        CREATE POLICY shared ON rooms FOR SELECT USING ((settings ->> 'shared')::boolean)
        """, rule: "cross-tenant-read"),
    WayIn(
      name: "rows with a word in a list are open to all",
      sql: """
        ALTER TABLE rooms ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
        CREATE POLICY shared ON rooms FOR SELECT USING (\(own) OR tags && ARRAY['shared'])
        """, rule: "cross-tenant-read"),
    WayIn(
      name: "rows that were deleted softly are open to all",
      sql: """
        ALTER TABLE rooms ADD COLUMN deleted_at timestamptz;
        CREATE POLICY bin ON rooms FOR SELECT USING (\(own) OR deleted_at IS NOT NULL)
        """, rule: "cross-tenant-read"),
    WayIn(
      name: "rows before a date are open to all",
      sql: """
        ALTER TABLE rooms ADD COLUMN built date NOT NULL DEFAULT '2026-05-01';
        CREATE POLICY old ON rooms FOR SELECT USING (\(own) OR built < '2001-01-01')
        """, rule: "cross-tenant-read"),
    WayIn(
      name: "ids that begin alike are taken for each other",
      sql: """
        CREATE POLICY prefix ON rooms FOR INSERT
          WITH CHECK (left(tenant_id::text, 8) = left(\(setting), 8))
        """, rule: "foreign-tenant-accepted"),
    WayIn(
      name: "a session without a tenant writes as a fixed one",
      sql: """
        CREATE POLICY fallback ON rooms FOR INSERT WITH CHECK (tenant_id =
          COALESCE(NULLIF(\(setting), ''), '99999999-9999-4999-8999-999999999999')::uuid)
        """, rule: "context-fallback"),
    WayIn(
      name: "every tenant may write rows of a sentinel",
      sql: """
        CREATE POLICY sentinel ON rooms FOR INSERT
          WITH CHECK (tenant_id = '00000000-0000-0000-0000-000000000000')
        """, rule: "foreign-tenant-accepted"),
  ]

  static let throughOthers = [
    WayIn(
      name: "a view runs as a superuser",
      sql: "CREATE VIEW plan AS SELECT tenant_id, number FROM rooms;"
        + " GRANT SELECT ON plan TO app_user",
      rule: "view-definer", object: "public.plan"),
    WayIn(
      name: "a materialized view holds all tenants",
      sql: """
        CREATE MATERIALIZED VIEW stats AS SELECT tenant_id, count(*) FROM rooms GROUP BY 1;
        GRANT SELECT ON stats TO app_user
        """, rule: "matview-exposed", object: "public.stats"),
    WayIn(
      name: "a function of the owner finds rows by id",
      sql: """
        CREATE FUNCTION room(wanted uuid) RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER
          AS $$ SELECT * FROM rooms WHERE id = wanted $$
        """, rule: "definer-function-reads", object: "public.room"),
    WayIn(
      name: "a function of the owner pastes its argument into SQL",
      sql: """
        CREATE FUNCTION find(word text) RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          RETURN QUERY EXECUTE
            'SELECT tenant_id FROM rooms WHERE number = ''x'' AND number = ''' || word || '''';
        END $$
        """, rule: "definer-function-reads", object: "public.find"),
    WayIn(
      name: "a function of the owner changes rows by a natural key",
      sql: """
        CREATE FUNCTION lift(wanted text) RETURNS void LANGUAGE sql SECURITY DEFINER
          AS $$ UPDATE rooms SET floor = floor + 1 WHERE number = wanted $$
        """, rule: "definer-function-writes", object: "public.lift"),
    WayIn(
      name: "a policy calls a function that claims to be immutable",
      sql: """
        CREATE FUNCTION tenant() RETURNS uuid LANGUAGE plpgsql IMMUTABLE
          AS $$ BEGIN RETURN NULLIF(\(setting), '')::uuid; END $$;
        CREATE POLICY quick ON rooms FOR SELECT USING (tenant_id = tenant())
        """, rule: "immutable-context"),
    WayIn(
      name: "a trigger of the owner writes by a natural key",
      sql: """
        CREATE FUNCTION spread() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          IF pg_trigger_depth() = 1 THEN
            UPDATE rooms SET floor = NEW.floor WHERE number = NEW.number;
          END IF;
          RETURN NULL;
        END $$;
        CREATE TRIGGER spread AFTER UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION spread()
        """, rule: "cross-tenant-update"),
    WayIn(
      name: "a foreign key leaves the tenant out",
      sql: "ALTER TABLE bookings ADD FOREIGN KEY (room_id) REFERENCES rooms (id); \(dropKey)",
      rule: "cross-tenant-reference", object: "public.bookings", severity: .warning),
    WayIn(
      name: "a foreign key that leaves the tenant out deletes across tenants",
      sql: """
        ALTER TABLE bookings ADD FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE CASCADE;
        \(dropKey)
        """, rule: "cross-tenant-reference", object: "public.bookings"),
    WayIn(
      name: "a unique key leaves the tenant out", sql: "ALTER TABLE rooms ADD UNIQUE (number)",
      rule: "uniqueness-oracle", severity: .warning),
    WayIn(
      name: "an exclusion constraint leaves the tenant out",
      sql: "ALTER TABLE bookings ADD EXCLUDE USING gist (stay WITH &&)",
      rule: "exclusion-oracle", object: "public.bookings", severity: .warning),
    WayIn(
      name: "a setting that any session may make opens everything",
      sql: """
        CREATE POLICY support ON rooms FOR SELECT
          USING (current_setting('app.support_mode', true) = 'full')
        """, rule: "cross-tenant-read"),
    WayIn(
      name: "a function of the owner shows everything without a tenant",
      sql: """
        CREATE FUNCTION listing() RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER
          SET search_path = pg_catalog, public AS $$
          SELECT * FROM rooms WHERE \(own) OR \(setting) = '' $$
        """, rule: "definer-function-reads", object: "public.listing"),
    WayIn(
      name: "a shared table that a trigger fills shows tenants' rows",
      sql: """
        CREATE TABLE log (entry jsonb);
        GRANT SELECT ON log TO app_user;
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN INSERT INTO public.log VALUES (to_jsonb(NEW)); RETURN NULL; END $$;
        CREATE TRIGGER note AFTER INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION note()
        """, rule: "shared-table-leak", object: "public.log"),
    WayIn(
      name: "a function of the owner looks names up where its caller says",
      sql: """
        CREATE FUNCTION count_amenities() RETURNS bigint LANGUAGE sql SECURITY DEFINER
          AS $$ SELECT count(*) FROM amenities $$
        """, rule: "definer-search-path", object: "public.count_amenities", severity: .warning),
    WayIn(
      name: "rows that name no tenant get a fixed one",
      sql: """
        ALTER TABLE rooms ALTER COLUMN tenant_id
          SET DEFAULT '11111111-1111-4111-8111-111111111111'
        """, rule: "tenant-default", severity: .warning),
    WayIn(
      name: "a view shows a table that the role itself may not use",
      sql: """
        CREATE TABLE secrets (tenant_id uuid NOT NULL REFERENCES tenants, word text NOT NULL);
        CREATE VIEW open_secrets AS SELECT * FROM secrets;
        GRANT SELECT ON open_secrets TO app_user
        """, rule: "view-definer", object: "public.open_secrets"),
    WayIn(
      name: "a function of the owner inserts rows for any tenant",
      sql: """
        CREATE FUNCTION plant(tenant uuid, word text) RETURNS void LANGUAGE sql SECURITY DEFINER
          AS $$ INSERT INTO rooms (tenant_id, number) VALUES (tenant, word) $$
        """, rule: "definer-function-writes", object: "public.plant"),
    WayIn(
      name: "TRUNCATE is granted", sql: "GRANT TRUNCATE ON notes TO app_user",
      rule: "truncate-granted", object: "public.notes"),
    WayIn(
      name: "TRUNCATE is granted, and only a table that refers to this one stands in its way",
      sql: "GRANT TRUNCATE ON rooms TO app_user", rule: "truncate-granted", severity: .warning),
    WayIn(
      name: "TRIGGER is granted", sql: "GRANT TRIGGER ON rooms TO app_user",
      rule: "trigger-granted", severity: .warning),
    WayIn(
      name: "REFERENCES is granted where tables can be made",
      sql: """
        GRANT REFERENCES ON rooms TO app_user;
        CREATE SCHEMA own_tables;
        GRANT CREATE ON SCHEMA own_tables TO app_user
        """, rule: "references-granted", severity: .warning),
  ]
}
