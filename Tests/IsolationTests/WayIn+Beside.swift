import Isolation

extension WayIn {
  private static let search = "SET search_path = pg_catalog, public, pg_temp"
  private static let setting = "current_setting('app.current_tenant_id', true)"
  private static let own = "tenant_id = NULLIF(\(setting), '')::uuid"

  /// What shows no value of another tenant and depends on its rows all the same.
  static let throughComputing = [
    WayIn(
      name: "a view counts the rows of all tenants",
      sql: """
        CREATE VIEW v AS SELECT count(*) AS n FROM rooms;
        GRANT SELECT ON v TO app_user
        """, rule: "view-definer", object: "public.v"),
    WayIn(
      name: "a view shows digests of all rows",
      sql: """
        CREATE VIEW v AS SELECT md5(number) AS n FROM rooms;
        GRANT SELECT ON v TO app_user
        """, rule: "view-definer", object: "public.v"),
    WayIn(
      name: "a materialized view adds up all tenants",
      sql: """
        CREATE MATERIALIZED VIEW v AS SELECT sum(floor) AS n FROM rooms;
        GRANT SELECT ON v TO app_user
        """, rule: "matview-exposed", object: "public.v"),
    WayIn(
      name: "a function of the owner counts all rows",
      sql: """
        CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER \(search)
          AS $$ SELECT count(*) FROM rooms $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner says whether anybody has a value",
      sql: """
        CREATE FUNCTION taken(word text) RETURNS boolean LANGUAGE sql STABLE SECURITY
          DEFINER \(search) AS $$ SELECT EXISTS (SELECT FROM rooms WHERE number = word) $$
        """, rule: "definer-function-oracle", object: "public.taken", severity: .warning),
    WayIn(
      name: "a view that runs as its reader calls a function of the owner",
      sql: """
        CREATE FUNCTION f() RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER \(search) AS
          $$ SELECT * FROM rooms $$;
        REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION f() TO app_user;
        CREATE VIEW v WITH (security_invoker=true) AS SELECT * FROM f();
        GRANT SELECT ON v TO app_user
        """, rule: "view-leak", object: "public.v"),
    WayIn(
      name: "a function of the owner shows everything when no tenant was ever set",
      sql: """
        CREATE FUNCTION f() RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER \(search) AS
          $$ SELECT * FROM rooms WHERE \(setting) IS NULL OR \(own) $$
        """, rule: "definer-function-reads", object: "public.f"),
  ]

  /// Functions and procedures with arguments of all kinds.
  static let throughArguments = [
    WayIn(
      name: "a procedure of the owner changes rows by a natural key",
      sql: """
        CREATE PROCEDURE p(word text) LANGUAGE sql SECURITY DEFINER \(search) AS $$ UPDATE
          rooms SET floor = 9 WHERE number = word $$
        """, rule: "definer-function-writes", object: "public.p"),
    WayIn(
      name: "a procedure of the owner hands a row back",
      sql: """
        CREATE PROCEDURE p(wanted uuid, OUT word text) LANGUAGE plpgsql SECURITY DEFINER
          \(search) AS $$ BEGIN SELECT number INTO word FROM rooms WHERE id = wanted;
        END $$
        """, rule: "definer-function-reads", object: "public.p"),
    WayIn(
      name: "a function of the owner takes ids out of a document",
      sql: """
        CREATE FUNCTION f(payload jsonb) RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER
          \(search) AS $$ SELECT * FROM rooms WHERE id = (payload->>'room')::uuid $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner takes a row",
      sql: """
        CREATE FUNCTION f(r rooms) RETURNS text LANGUAGE sql SECURITY DEFINER \(search) AS
          $$ SELECT jsonb_build_array(t.*)::text FROM bookings t WHERE room_id = r.id $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner takes any number of ids",
      sql: """
        CREATE FUNCTION f(VARIADIC ids uuid[]) RETURNS SETOF text LANGUAGE sql SECURITY
          DEFINER \(search) AS $$ SELECT number FROM rooms WHERE id = ANY (ids) $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner reads whichever table it is told",
      sql: """
        CREATE FUNCTION f(t anyelement) RETURNS SETOF anyelement LANGUAGE plpgsql SECURITY
          DEFINER \(search) AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT * FROM ' ||
          pg_typeof(t);
        END $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner shows everything by default",
      sql: """
        CREATE FUNCTION f(a int DEFAULT 7, b text DEFAULT NULL) RETURNS SETOF rooms
          LANGUAGE sql SECURITY DEFINER \(search) AS $$ SELECT * FROM rooms WHERE a = 7 AND
          b IS NULL $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner reads a table by name",
      sql: """
        CREATE FUNCTION f(t regclass) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
          \(search) AS $$ BEGIN RETURN QUERY EXECUTE format('SELECT x::text FROM %s x', t);
        END $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner returns a record",
      sql: """
        CREATE FUNCTION f(wanted uuid) RETURNS record LANGUAGE sql SECURITY DEFINER
          \(search) AS $$ SELECT number, floor FROM rooms WHERE id = wanted $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner shows everything for one value of an enumeration",
      sql: """
        CREATE TYPE lvl AS ENUM ('low','high');
        CREATE FUNCTION f(l lvl) RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER
          \(search) AS $$ SELECT * FROM rooms WHERE l = 'high' $$
        """, rule: "definer-function-reads", object: "public.f"),
    WayIn(
      name: "a function of the owner takes over rows on conflict",
      sql: """
        CREATE UNIQUE INDEX ON rooms(number);
        CREATE FUNCTION f(word text, lvl int) RETURNS void LANGUAGE sql SECURITY DEFINER
          \(search) AS $$ INSERT INTO rooms (tenant_id, number, floor) VALUES
          (NULLIF(\(setting),'')::uuid, word, lvl) ON CONFLICT (number) DO UPDATE SET floor
          = EXCLUDED.floor $$
        """, rule: "definer-function-writes", object: "public.f"),
  ]

  /// Views that are written through or looked through.
  static let throughViews = [
    WayIn(
      name: "a view filters tenants without a barrier",
      sql: """
        CREATE VIEW v AS SELECT id, number, floor FROM rooms WHERE \(own);
        REVOKE ALL ON rooms FROM app_user;
        GRANT SELECT ON v TO app_user
        """, rule: "view-not-barrier", object: "public.v"),
    WayIn(
      name: "a view that filters tenants accepts rows of others",
      sql: """
        CREATE VIEW v WITH (security_barrier=true) AS SELECT * FROM rooms WHERE \(own);
        REVOKE ALL ON rooms FROM app_user;
        GRANT SELECT, INSERT ON v TO app_user
        """, rule: "view-writes", object: "public.v"),
    WayIn(
      name: "a view that filters tenants and renames columns gives rows away",
      sql: """
        CREATE TABLE free (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY,
          number text NOT NULL);
        CREATE VIEW v WITH (security_barrier=true) AS SELECT id AS room, tenant_id AS who,
          number AS label FROM free WHERE \(own);
        REVOKE ALL ON free FROM app_user;
        GRANT SELECT, UPDATE ON v TO app_user
        """, rule: "view-writes", object: "public.v"),
    WayIn(
      name: "rows of all tenants are deleted through a view",
      sql: """
        CREATE VIEW v AS SELECT number, floor FROM rooms;
        GRANT DELETE ON v TO app_user
        """, rule: "view-writes", object: "public.v"),
    WayIn(
      name: "rows of all tenants are changed through a view",
      sql: """
        CREATE VIEW v AS SELECT number, floor FROM rooms;
        GRANT UPDATE ON v TO app_user
        """, rule: "view-writes", object: "public.v"),
    WayIn(
      name: "a trigger in place of an insertion inserts for any tenant",
      sql: """
        CREATE VIEW v WITH (security_invoker=true) AS SELECT * FROM rooms;
        GRANT SELECT, INSERT ON v TO app_user;
        CREATE FUNCTION io() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER \(search) AS
          $$ BEGIN INSERT INTO rooms VALUES (NEW.*);
        RETURN NEW;
        END $$;
        CREATE TRIGGER io INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION io()
        """, rule: "view-writes", object: "public.v"),
    WayIn(
      name: "a rule in place of a deletion deletes rows of all",
      sql: """
        CREATE VIEW v AS SELECT * FROM rooms WHERE \(own);
        GRANT DELETE ON v TO app_user;
        CREATE RULE r AS ON DELETE TO v DO INSTEAD DELETE FROM rooms WHERE number <> ''
        """, rule: "view-writes", object: "public.v"),
  ]

  /// What happens in other tables, and tables reached through others.
  static let throughEffects = [
    WayIn(
      name: "a rule copies rows into a shared table",
      sql: """
        SET ROLE app_owner;
        CREATE TABLE log (word text);
        GRANT SELECT ON log TO app_user;
        CREATE RULE r AS ON UPDATE TO rooms DO ALSO INSERT INTO log VALUES (NEW.number);
        RESET ROLE
        """, rule: "shared-table-leak", object: "public.log"),
    WayIn(
      name: "a trigger copies deleted rows into a shared table",
      sql: """
        CREATE TABLE log (word jsonb);
        GRANT SELECT ON log TO app_user;
        CREATE FUNCTION lg() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER \(search) AS
          $$ BEGIN INSERT INTO log VALUES (to_jsonb(OLD));
        RETURN NULL;
        END $$;
        CREATE TRIGGER lg AFTER DELETE ON rooms FOR EACH ROW EXECUTE FUNCTION lg()
        """, rule: "shared-table-leak", object: "public.log"),
    WayIn(
      name: "a rule changes rows of all tenants in another table",
      sql: """
        SET ROLE app_owner;
        CREATE TABLE prices (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY
          KEY DEFAULT gen_random_uuid(), number text NOT NULL, cents int NOT NULL DEFAULT
          0);
        ALTER TABLE prices ENABLE ROW LEVEL SECURITY;
        ALTER TABLE prices FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON prices USING (tenant_id = (SELECT NULLIF(\(setting),
          '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(\(setting), '')::uuid));
        GRANT SELECT, INSERT, UPDATE, DELETE ON prices TO app_user;
        ALTER TABLE prices NO FORCE ROW LEVEL SECURITY;
        CREATE RULE r AS ON UPDATE TO rooms DO ALSO UPDATE prices SET cents = 1 WHERE id IS
          NOT NULL;
        RESET ROLE
        """, rule: "trigger-crosses-tenants", object: "public.prices"),
    WayIn(
      name: "a trigger writes an audit row for every tenant",
      sql: """
        CREATE TABLE audit (tenant_id uuid NOT NULL, entry jsonb NOT NULL);
        ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
        ALTER TABLE audit FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON audit USING (tenant_id = (SELECT NULLIF(\(setting),
          '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(\(setting), '')::uuid));
        GRANT SELECT, INSERT, UPDATE, DELETE ON audit TO app_user;
        CREATE FUNCTION au() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER \(search) AS
          $$ BEGIN INSERT INTO audit SELECT id, to_jsonb(NEW) FROM tenants;
        RETURN NULL;
        END $$;
        CREATE TRIGGER au AFTER INSERT OR UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION au()
        """, rule: "trigger-crosses-tenants", object: "public.audit"),
    WayIn(
      name: "a default partition of a partition is granted directly",
      sql: """
        CREATE TABLE ev27 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO
          ('2028-01-01') PARTITION BY LIST (what);
        CREATE TABLE ev27a PARTITION OF ev27 DEFAULT;
        GRANT SELECT ON ev27a TO app_user
        """, rule: "rls-not-enabled", object: "public.ev27a"),
    WayIn(
      name: "a child that inherits is granted directly",
      sql: """
        CREATE TABLE kid () INHERITS (rooms);
        GRANT SELECT ON kid TO app_user
        """, rule: "rls-not-enabled", object: "public.kid"),
    WayIn(
      name: "a parent without policies shows what its children hold",
      sql: """
        CREATE TABLE base (id uuid PRIMARY KEY, word text NOT NULL);
        CREATE TABLE kid (tenant_id uuid NOT NULL REFERENCES tenants) INHERITS (base);
        ALTER TABLE kid ENABLE ROW LEVEL SECURITY;
        ALTER TABLE kid FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON kid USING (tenant_id = (SELECT NULLIF(\(setting),
          '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(\(setting), '')::uuid));
        GRANT SELECT, INSERT, UPDATE, DELETE ON kid TO app_user;
        GRANT SELECT ON base TO app_user
        """, rule: "shared-table-leak", object: "public.base"),
    WayIn(
      name: "rows of all tenants are written through a parent without policies",
      sql: """
        CREATE TABLE base (id uuid PRIMARY KEY, word text NOT NULL);
        CREATE TABLE kid (tenant_id uuid NOT NULL REFERENCES tenants) INHERITS (base);
        ALTER TABLE kid ENABLE ROW LEVEL SECURITY;
        ALTER TABLE kid FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON kid USING (tenant_id = (SELECT NULLIF(\(setting),
          '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(\(setting), '')::uuid));
        GRANT SELECT, INSERT, UPDATE, DELETE ON kid TO app_user;
        GRANT UPDATE, DELETE ON base TO app_user
        """, rule: "parent-table-writes", object: "public.base"),
  ]
}
