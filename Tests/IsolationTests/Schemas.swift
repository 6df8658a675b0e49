extension PlantedSchema {
  /// What every schema of the tests begins with.
  static let rights = """
    GRANT USAGE, CREATE ON SCHEMA public TO app_owner;
    GRANT USAGE ON SCHEMA public TO app_user, app_readonly
    """

  /// The predicate of a good policy: the setting is read once a query, and no setting means no row.
  static func own(_ column: String = "tenant_id", type: String = "uuid") -> String {
    "\(column) = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::\(type))"
  }

  /// Makes a table safe and gives the application all rights on it.
  static func protect(_ table: String, _ predicate: String = own()) -> String {
    """
    ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY;
    ALTER TABLE \(table) FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_rows ON \(table) USING (\(predicate)) WITH CHECK (\(predicate));
    GRANT SELECT, INSERT, UPDATE, DELETE ON \(table) TO app_user;
    """
  }

  /// Puts one policy for each command in the place of a table's only one.
  static func split(
    _ table: String, select: String = own(), insert: String = own(), update: String = own(),
    updateCheck: String = own(), delete: String = own()
  ) -> String {
    """
    DROP POLICY own_rows ON \(table);
    CREATE POLICY own_select ON \(table) FOR SELECT USING (\(select));
    CREATE POLICY own_insert ON \(table) FOR INSERT WITH CHECK (\(insert));
    CREATE POLICY own_update ON \(table) FOR UPDATE USING (\(update)) WITH CHECK (\(updateCheck));
    CREATE POLICY own_delete ON \(table) FOR DELETE USING (\(delete));
    """
  }

  /// The predicate of a table whose rows belong to the tenant of a booking.
  static let ownBooking = """
    EXISTS (SELECT FROM bookings b WHERE b.id = notes.booking_id AND \(own("b.tenant_id")))
    """

  /// A root, a table, one that refers to it, a child without a tenant column, a partitioned table,
  /// a shared one.
  static let hotel = """
    SET ROLE app_owner;
    CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
    CREATE TABLE rooms (
      tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      number text NOT NULL, floor int NOT NULL DEFAULT 1, UNIQUE (tenant_id, id));
    CREATE TABLE bookings (
      tenant_id uuid NOT NULL, id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      room_id uuid NOT NULL, stay daterange NOT NULL CHECK (NOT isempty(stay)),
      FOREIGN KEY (tenant_id, room_id) REFERENCES rooms (tenant_id, id), UNIQUE (tenant_id, id));
    CREATE TABLE notes (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body text NOT NULL,
      booking_id uuid NOT NULL REFERENCES bookings (id));
    CREATE TABLE events (
      tenant_id uuid NOT NULL REFERENCES tenants, at timestamptz NOT NULL, what text NOT NULL)
      PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE TABLE events_rest PARTITION OF events DEFAULT;
    CREATE TABLE amenities (code text PRIMARY KEY);
    GRANT SELECT ON amenities TO app_user;
    \(protect("tenants", own("id")))
    \(protect("rooms"))
    \(protect("bookings"))
    \(protect("notes", ownBooking))
    \(protect("events"))
    RESET ROLE
    """
}
