/// A migration tool whose ledger can be taken over.
package enum ForeignTool: String, Sendable, CaseIterable {
  case dbmate
  case golangMigrate = "golang-migrate"
  case goose
  case flyway
  case liquibase
  case sqitch
  case prisma
  case drizzle
  case alembic
  case payload
  case supabase
  case graphileMigrate = "graphile-migrate"
  case yoyo
  case nodePgMigrate = "node-pg-migrate"
  case pgmigrate

  /// The ledger's table, its schema left out where the search path finds it.
  package var table: String {
    switch self {
    case .dbmate, .golangMigrate: "schema_migrations"
    case .goose: "goose_db_version"
    case .flyway: "flyway_schema_history"
    case .liquibase: "databasechangelog"
    case .sqitch: "sqitch.changes"
    case .prisma: "_prisma_migrations"
    case .drizzle: "drizzle.__drizzle_migrations"
    case .alembic: "alembic_version"
    case .payload: "payload_migrations"
    case .supabase: "supabase_migrations.schema_migrations"
    case .graphileMigrate: "graphile_migrate.migrations"
    case .yoyo: "_yoyo_migration"
    case .nodePgMigrate: "pgmigrations"
    case .pgmigrate: "schema_version"
    }
  }

  /// The tables, or the schema, that the tool keeps for itself.
  package var belongings: [String] {
    switch self {
    case .liquibase: ["public.databasechangelog", "public.databasechangeloglock"]
    case .yoyo:
      ["_migration", "_log", "_version"].map { "public._yoyo" + $0 } + ["public.yoyo_lock"]
    case .pgmigrate: ["public.schema_version", "public.schema_version_type"]
    case .sqitch, .drizzle, .supabase, .graphileMigrate:
      [String(table.prefix { $0 != "." })]
    default: ["public." + table]
    }
  }

  /// Columns that the table must have, and one that it must not, to be this tool's.
  var signature: (has: [String], lacks: String?) {
    switch self {
    case .dbmate: (["version"], "dirty")
    case .golangMigrate: (["version", "dirty"], nil)
    case .goose: (["version_id", "is_applied"], nil)
    case .flyway: (["installed_rank", "version", "success", "type"], nil)
    case .liquibase: (["id", "author", "filename", "exectype"], nil)
    case .sqitch: (["change", "project"], nil)
    case .prisma: (["migration_name", "finished_at", "rolled_back_at"], nil)
    case .drizzle: (["hash", "created_at"], nil)
    case .alembic: (["version_num"], nil)
    case .payload: (["name", "batch"], nil)
    case .supabase: (["version"], nil)
    case .graphileMigrate: (["hash", "filename"], nil)
    case .yoyo: (["migration_id", "migration_hash"], nil)
    case .nodePgMigrate: (["name", "run_on"], nil)
    case .pgmigrate: (["version", "description", "type"], nil)
    }
  }

  /// How a row stands for migrations.
  enum Meaning {
    /// Each row is one that was applied.
    case each
    /// The row is the newest; everything before it was applied as well.
    case upTo
    /// The rows are as many as were applied, in the order of the files.
    case count
  }

  var meaning: Meaning {
    switch self {
    case .golangMigrate, .alembic: .upTo
    case .drizzle: .count
    default: .each
    }
  }

  /// True when ids begin with what orders the files; Alembic's are random, whatever they begin with.
  var hasNumbers: Bool { self != .alembic }

  /// The rows in the order of their application: an id, a name, and what is wrong with it.
  ///
  /// An id is what the tool orders its files by; a name is what is left of a file's name.
  func query(_ table: String) -> String {
    switch self {
    case .dbmate: "SELECT version, NULL, NULL FROM \(table) ORDER BY version"
    case .golangMigrate:
      """
      SELECT version, NULL, CASE WHEN dirty THEN 'is marked dirty: it was begun and not finished' END
      FROM \(table)
      """
    case .goose:
      // A row says what happened last: up or down.
      """
      SELECT version_id, NULL, NULL FROM (
        SELECT DISTINCT ON (version_id) version_id, is_applied FROM \(table)
        ORDER BY version_id, id DESC) last
      WHERE is_applied AND version_id > 0 ORDER BY version_id
      """
    case .flyway:
      """
      SELECT version, regexp_replace(script, '^[A-Z][0-9._]*__(.*)\\.[a-z]+$', '\\1'),
        CASE WHEN NOT success THEN 'failed' WHEN type LIKE '%BASELINE%' THEN
          'is a baseline: everything before it was applied without Flyway' END
      FROM \(table)
      WHERE version IS NOT NULL AND type NOT LIKE 'UNDO%' AND type <> 'DELETE'
        AND NOT EXISTS (SELECT FROM \(table) u WHERE u.version = \(table).version
          AND (u.type LIKE 'UNDO%' OR u.type = 'DELETE') AND u.installed_rank > \(table).installed_rank)
      ORDER BY installed_rank
      """
    case .liquibase:
      """
      SELECT id, regexp_replace(filename, '^.*/|\\.[a-z]+$', '', 'g'),
        CASE WHEN exectype = 'FAILED' THEN 'failed' END
      FROM \(table) WHERE exectype <> 'SKIPPED' ORDER BY orderexecuted
      """
    case .sqitch: "SELECT change, change, NULL FROM \(table) ORDER BY committed_at"
    case .prisma:
      """
      SELECT migration_name, regexp_replace(migration_name, '^[0-9]+_', ''),
        CASE WHEN finished_at IS NULL THEN 'was begun and not finished' END
      FROM \(table) WHERE rolled_back_at IS NULL ORDER BY started_at
      """
    case .drizzle: "SELECT created_at, hash, NULL FROM \(table) ORDER BY created_at, id"
    case .alembic: "SELECT version_num, version_num, NULL FROM \(table)"
    case .payload:
      """
      SELECT name, regexp_replace(name, '^[0-9]+_[0-9]+_?', ''),
        CASE WHEN batch = -1 THEN 'was pushed from a development machine, without a migration' END
      FROM \(table) ORDER BY id
      """
    case .supabase: "SELECT version, NULL, NULL FROM \(table) ORDER BY version"
    case .graphileMigrate:
      """
      SELECT filename, regexp_replace(filename, '^[0-9]+-?|\\.sql$', '', 'g'), NULL
      FROM \(table) ORDER BY filename
      """
    case .yoyo:
      """
      SELECT migration_id, regexp_replace(migration_id, '^[0-9]+[._-]*', ''), NULL
      FROM \(table) ORDER BY applied_at_utc, migration_id
      """
    case .nodePgMigrate:
      "SELECT name, regexp_replace(name, '^[0-9]+[_-]', ''), NULL FROM \(table) ORDER BY id"
    case .pgmigrate: "SELECT version, description, NULL FROM \(table) ORDER BY version"
    }
  }
}
