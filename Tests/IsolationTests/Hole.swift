import Testing

/// A hole that a test plants in the good schema, and what is to be said of it.
struct Hole: Sendable, CustomTestStringConvertible {
  var name: String
  var sql: String
  var rule: String
  var operation: String
  var object: String
  var evidence: String
  /// The role that is verified.
  var role = "app_user"
  /// True when a constraint, not a policy, stops the statement: then its script ends in an error.
  var endsInError = false

  var testDescription: String { name }

  private static let seen = "1 row of tenant B seen by tenant A"
  /// The ordinary row, and one that was looked for in the policy's expression.
  private static let bothSeen = "2 rows of tenant B seen by tenant A"
  private static let inserted = "1 row of tenant B inserted by tenant A"
  private static let changed = "1 row of tenant B changed by tenant A"
  private static let deleted = "1 row of tenant B deleted by tenant A"
  private static let moved = "1 row of tenant B handed over by tenant A"
  private static let seenByNobody = "1 row of tenant A seen by a session without a tenant"
  private static let own = PlantedSchema.own()
  private static let setting = "current_setting('app.current_tenant_id', true)"

  static let ofTables = [
    Hole(
      name: "row-level security is not enabled",
      sql: "ALTER TABLE rooms DISABLE ROW LEVEL SECURITY",
      rule: "rls-not-enabled", operation: "select", object: "public.rooms", evidence: seen),
    Hole(
      name: "USING (true) for SELECT only",
      sql: PlantedSchema.split("rooms", select: "true"),
      rule: "using-true", operation: "select", object: "public.rooms", evidence: seen),
    Hole(
      name: "WITH CHECK (true) for INSERT",
      sql: PlantedSchema.split("rooms", insert: "true"),
      rule: "check-true", operation: "insert", object: "public.rooms", evidence: inserted),
    Hole(
      name: "a WITH CHECK for INSERT that does not look at the tenant",
      sql: PlantedSchema.split("rooms", insert: "tenant_id IS NOT NULL"),
      rule: "cross-tenant-insert", operation: "insert", object: "public.rooms",
      evidence: inserted),
    Hole(
      name: "USING (true) for UPDATE, which only a statement without WHERE shows",
      sql: PlantedSchema.split("rooms", update: "true", updateCheck: "true"),
      rule: "using-true", operation: "update", object: "public.rooms", evidence: changed),
    Hole(
      name: "USING (true) for UPDATE with a good WITH CHECK: rows can be taken over",
      sql: PlantedSchema.split("rooms", update: "true"),
      rule: "using-true", operation: "update", object: "public.rooms", evidence: changed),
    Hole(
      name: "USING (true) for DELETE",
      sql: PlantedSchema.split("rooms", delete: "true"),
      rule: "using-true", operation: "delete", object: "public.rooms", evidence: deleted),
    Hole(
      name: "one more permissive policy",
      sql: "CREATE POLICY helpdesk ON rooms FOR SELECT USING (floor > 0)",
      rule: "cross-tenant-read", operation: "select", object: "public.rooms", evidence: bothSeen),
    Hole(
      name: "a row may be given to another tenant",
      sql: PlantedSchema.split("rooms", updateCheck: "tenant_id IS NOT NULL"),
      rule: "cross-tenant-move", operation: "update", object: "public.rooms", evidence: moved),
    Hole(
      name: "the tenant column compared with itself",
      sql: """
        INSERT INTO amenities VALUES ('wifi');
        CREATE POLICY captured ON rooms FOR SELECT
          USING (EXISTS (SELECT FROM amenities t WHERE rooms.tenant_id = tenant_id))
        """,
      rule: "cross-tenant-read", operation: "select", object: "public.rooms", evidence: bothSeen),
    Hole(
      name: "the list of tenants is open",
      sql: "CREATE POLICY everyone ON tenants FOR SELECT USING (true)",
      rule: "using-true", operation: "select", object: "public.tenants", evidence: seen),
  ]

  static let ofChildren = [
    Hole(
      name: "a child table without a tenant column and without row-level security",
      sql: "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
      rule: "rls-not-enabled", operation: "select", object: "public.notes", evidence: seen),
    Hole(
      name: "no check of the parent when a child row is inserted",
      sql: PlantedSchema.split(
        "notes", select: PlantedSchema.ownBooking, insert: "true",
        update: PlantedSchema.ownBooking, updateCheck: PlantedSchema.ownBooking,
        delete: PlantedSchema.ownBooking),
      rule: "check-true", operation: "insert", object: "public.notes", evidence: inserted),
    Hole(
      name: "a child row may be moved to another tenant's parent",
      sql: PlantedSchema.split(
        "notes", select: PlantedSchema.ownBooking, insert: PlantedSchema.ownBooking,
        update: PlantedSchema.ownBooking, updateCheck: "body IS NOT NULL",
        delete: PlantedSchema.ownBooking),
      rule: "cross-tenant-move", operation: "update", object: "public.notes", evidence: moved),
    Hole(
      name: "a partition is granted directly",
      sql: "GRANT SELECT ON events_2026 TO app_user",
      rule: "rls-not-enabled", operation: "select", object: "public.events_2026",
      // One row came through the partitioned table.
      evidence: "2 rows of tenant B seen by tenant A"),
  ]

  static let ofContext = [
    Hole(
      name: "open when no tenant was ever set",
      sql: "CREATE POLICY jobs ON rooms FOR SELECT USING (\(setting) IS NULL OR \(own))",
      rule: "unset-context", operation: "select", object: "public.rooms", evidence: seenByNobody),
    Hole(
      name: "open when the tenant is empty",
      sql: "CREATE POLICY jobs ON rooms FOR SELECT USING (\(setting) = '' OR \(own))",
      rule: "empty-context", operation: "select", object: "public.rooms", evidence: seenByNobody),
    Hole(
      name: "open to deletion when no tenant was ever set",
      sql: "CREATE POLICY jobs ON events FOR DELETE USING (\(setting) IS NULL)",
      rule: "unset-context", operation: "delete", object: "public.events",
      evidence: "1 row of tenant A deleted by a session without a tenant"),
  ]

  static let ofRoles = [
    Hole(
      name: "the owner is not bound",
      sql: "ALTER TABLE rooms NO FORCE ROW LEVEL SECURITY",
      rule: "owner-not-forced", operation: "select", object: "public.rooms", evidence: seen,
      role: "app_owner"),
    Hole(
      name: "the role has BYPASSRLS", sql: "ALTER ROLE app_user BYPASSRLS",
      rule: "role-bypassrls", operation: "select", object: "public.rooms", evidence: seen),
    Hole(
      name: "the role is a superuser", sql: "ALTER ROLE app_user SUPERUSER",
      rule: "role-superuser", operation: "select", object: "public.rooms", evidence: seen),
  ]

  static let ofConstraints = [
    Hole(
      name: "only a unique key stops a row for another tenant",
      sql: PlantedSchema.split(
        "tenants", select: PlantedSchema.own("id"), insert: "true",
        update: PlantedSchema.own("id"), updateCheck: PlantedSchema.own("id"),
        delete: PlantedSchema.own("id")),
      rule: "check-true", operation: "insert", object: "public.tenants",
      evidence: "a row of tenant B got past the policies", endsInError: true)
  ]
}
