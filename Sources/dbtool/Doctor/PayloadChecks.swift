import Postgres
import Wording

/// Looks for what Payload CMS does to row-level security.
struct PayloadChecks {
  let connection: any Connection

  func run() throws -> [Diagnosis] {
    let tables = try connection.execute(
      """
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), n.nspname::text
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname = 'payload_migrations' AND c.relkind = 'r' ORDER BY n.nspname
      """)
    return try tables.rows.map { row in
      let pushes = try connection.execute(
        "SELECT count(*) FROM \(row.text(0)) WHERE batch = -1"
      ).scalar
      guard let pushes, pushes != "0" else {
        return Diagnosis("payload", .good, "Payload's schema \(row.text(1)) comes from migrations")
      }
      // packages/drizzle/src/connect.ts pushes on each start in development, and drizzle-kit then
      // turns off what its own schema does not know of (drizzle-orm issue 4948).
      return Diagnosis(
        "payload", .doubtful,
        "Payload has pushed its schema \(row.text(1)) in development (batch -1), which can turn "
          + "row-level security off",
        remedy: "set push: false in postgresAdapter({…}) and use payload migrate; after a push run "
          + "dbtool policies apply")
    }
  }
}
