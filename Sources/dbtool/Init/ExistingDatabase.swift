import Databases
import Migrations
import Postgres

/// A database that has tables before dbtool comes to it.
struct ExistingDatabase {
  /// The number of tables.
  var tables: Int
  /// The tools whose ledgers are there.
  var tools: [String]
  /// True when dbtool has migrated it.
  var isMigrated: Bool

  /// Looks at the database of a URL; nil for one without tables, and for a local server, which is
  /// not started for that.
  static func look(at url: String, _ console: Console) throws -> ExistingDatabase? {
    guard let access = try DatabaseAccess(DatabaseURL(url), .current) else { return nil }
    let connection = try console.during("connecting to the database") {
      try access.connect(cancellation: Interrupts.cancellation)
    }
    defer { connection.close() }
    let row = try connection.execute(
      """
      SELECT count(*) FILTER (WHERE n.nspname <> 'dbtool'),
        (pg_catalog.to_regclass('dbtool.migrations') IS NOT NULL)::text
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      """
    ).rows.first
    let tables = row.flatMap { Int($0.text(0)) } ?? 0
    guard tables > 0 else { return nil }
    return ExistingDatabase(
      tables: tables,
      tools: try ForeignLedger.find(on: connection).map(\.tool.rawValue),
      isMigrated: row?.bool(1) == true)
  }
}
