extension RuleBook {
  /// Rules about constraints that reach across tenants.
  static let constraints = [
    Rule(
      name: "cross-tenant-reference", severity: .error,
      title: "a foreign key without the tenant column accepts another tenant's row",
      why: """
        Foreign keys are checked behind the policies, over the rows of all tenants. Without the \
        tenant column in the key a row may refer to another tenant's, which tells that it exists; \
        with ON DELETE CASCADE or SET NULL its deletion reaches into the other tenant's rows, and \
        then it is an error.
        """,
      example: """
        ALTER TABLE bookings ADD CONSTRAINT bookings_room                          -- open
          FOREIGN KEY (room_id) REFERENCES rooms (id);
        ALTER TABLE bookings DROP CONSTRAINT bookings_room;
        ALTER TABLE rooms ADD UNIQUE (tenant_id, id);
        ALTER TABLE bookings ADD CONSTRAINT bookings_room
          FOREIGN KEY (tenant_id, room_id) REFERENCES rooms (tenant_id, id);
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "uniqueness-oracle", severity: .warning,
      title: "a unique key without the tenant column tells what another tenant has",
      why: """
        Unique keys are checked behind the policies, over the rows of all tenants. The error of a \
        duplicate tells that some other tenant has a row with this value, such as an e-mail \
        address, and nobody else can use it. Random ids and counters are no oracle and not reported.
        """,
      example: """
        ALTER TABLE rooms ADD CONSTRAINT rooms_number UNIQUE (number);             -- open
        ALTER TABLE rooms DROP CONSTRAINT rooms_number;
        ALTER TABLE rooms ADD CONSTRAINT rooms_number UNIQUE (tenant_id, number);
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "exclusion-oracle", severity: .warning,
      title: "an exclusion constraint without the tenant column tells what another tenant has",
      why: """
        Exclusion constraints are checked behind the policies, over the rows of all tenants. The \
        error tells that another tenant has a row in conflict, for example a stay that overlaps.
        """,
      example: """
        ALTER TABLE bookings ADD CONSTRAINT bookings_stay                          -- open
          EXCLUDE USING gist (stay WITH &&);
        CREATE EXTENSION IF NOT EXISTS btree_gist;
        ALTER TABLE bookings DROP CONSTRAINT bookings_stay;
        ALTER TABLE bookings ADD CONSTRAINT bookings_stay
          EXCLUDE USING gist (tenant_id WITH =, stay WITH &&);
        """,
      source: Manual.createTable),
  ]
}
