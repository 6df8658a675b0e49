import Testing

/// Something beside the tables that keeps tenants apart.
struct WellBuilt: Sendable, CustomTestStringConvertible {
  var name: String
  var sql: String

  var testDescription: String { name }
}

extension WayIn {
  private static let search = "SET search_path = pg_catalog, public, pg_temp"
  private static let setting = "current_setting('app.current_tenant_id', true)"
  private static let own = "tenant_id = NULLIF(\(setting), '')::uuid"

  /// The clean twins of ways in beside the tables.
  static let wellBuilt = [
    WellBuilt(
      name: "a view with its own filter, a barrier and CHECK OPTION",
      sql: """
        CREATE VIEW v WITH (security_barrier=true, check_option=cascaded) AS SELECT * FROM
          rooms WHERE \(own);
        REVOKE ALL ON rooms FROM app_user;
        GRANT SELECT, INSERT, UPDATE, DELETE ON v TO app_user
        """),
    WellBuilt(
      name: "a view that runs as its reader, with clocks and random numbers",
      sql: """
        CREATE VIEW v WITH (security_invoker=true) AS SELECT count(*), max(number), now(),
          random() FROM rooms;
        GRANT SELECT ON v TO app_user
        """),
    WellBuilt(
      name: "an updatable view that runs as its reader",
      sql: """
        CREATE VIEW v WITH (security_invoker=true) AS SELECT * FROM rooms;
        GRANT SELECT,INSERT,UPDATE,DELETE ON v TO app_user
        """),
    WellBuilt(
      name: "a view of shared rows with clocks and random numbers",
      sql: """
        CREATE VIEW v AS SELECT code, clock_timestamp(), random() FROM amenities;
        GRANT SELECT ON v TO app_user;
        INSERT INTO amenities SELECT 'a' || n FROM generate_series(1,50) n
        """),
    WellBuilt(
      name: "functions of the owner that filter, count, or draw from a sequence",
      sql: """
        CREATE FUNCTION mine() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
          \(search) AS $$ SELECT count(*) FROM rooms WHERE \(own) $$;
        CREATE FUNCTION ids() RETURNS uuid LANGUAGE sql SECURITY DEFINER \(search) AS $$
          SELECT gen_random_uuid() $$;
        CREATE SEQUENCE sq;
        CREATE FUNCTION nx() RETURNS bigint LANGUAGE sql SECURITY DEFINER \(search) AS $$
          SELECT nextval('sq') $$
        """),
    WellBuilt(
      name: "a helper of a policy that says whose a row is",
      sql: """
        CREATE FUNCTION owner_of(b uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
          \(search) AS $$ SELECT tenant_id FROM bookings WHERE id = b $$;
        CREATE POLICY extra ON notes AS RESTRICTIVE USING (owner_of(booking_id) =
          NULLIF(\(setting),'')::uuid)
        """),
    WellBuilt(
      name: "an audit table that a trigger fills for the right tenant",
      sql: """
        CREATE TABLE audit (tenant_id uuid NOT NULL, entry jsonb NOT NULL);
        ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
        ALTER TABLE audit FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON audit USING (tenant_id = (SELECT NULLIF(\(setting),
          '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(\(setting), '')::uuid));
        GRANT SELECT, INSERT, UPDATE, DELETE ON audit TO app_user;
        CREATE FUNCTION au() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER \(search) AS
          $$ BEGIN INSERT INTO audit VALUES (COALESCE(NEW.tenant_id, OLD.tenant_id),
          to_jsonb(COALESCE(NEW,OLD)));
        RETURN NULL;
        END $$;
        CREATE TRIGGER au AFTER INSERT OR UPDATE OR DELETE ON rooms FOR EACH ROW EXECUTE
          FUNCTION au();
        CREATE FUNCTION w(a text) RETURNS void LANGUAGE sql SECURITY DEFINER \(search) AS
          $$ UPDATE rooms SET floor=2 WHERE number=a AND \(own) $$
        """),
    WellBuilt(
      name: "a function that sets the tenant for the transaction",
      sql: """
        CREATE FUNCTION st(t uuid) RETURNS void LANGUAGE sql AS $$ SELECT
          set_config('app.current_tenant_id', t::text, true) $$
        """),
    WellBuilt(
      name: "a trigger that counts in the parent row",
      sql: """
        ALTER TABLE rooms ADD n int NOT NULL DEFAULT 0;
        CREATE FUNCTION cn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER \(search) AS
          $$ BEGIN UPDATE rooms SET n = n + 1 WHERE id = NEW.room_id;
        RETURN NULL;
        END $$;
        CREATE TRIGGER cn AFTER INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION cn();
        CREATE FUNCTION w(a text) RETURNS void LANGUAGE sql SECURITY DEFINER \(search) AS
          $$ UPDATE rooms SET floor=2 WHERE number=a AND \(own) $$
        """),
    WellBuilt(
      name: "a rule that copies within the tenant",
      sql: """
        SET ROLE app_owner;
        CREATE TABLE log (tenant_id uuid NOT NULL, word text NOT NULL);
        ALTER TABLE log ENABLE ROW LEVEL SECURITY;
        ALTER TABLE log FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON log USING (tenant_id = (SELECT NULLIF(\(setting),
          '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(\(setting), '')::uuid));
        GRANT SELECT, INSERT, UPDATE, DELETE ON log TO app_user;
        CREATE RULE r AS ON UPDATE TO rooms DO ALSO INSERT INTO log VALUES (NEW.tenant_id,
          NEW.number);
        RESET ROLE
        """),
  ]
}
