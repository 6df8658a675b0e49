package import Postgres

/// Tables in which other tools keep account of their migrations.
package enum ToolLedgers {
  /// The tools by the names of their tables, with columns that tell them from a table of the user's.
  private static let known: [(table: String, columns: Set<String>, tool: String)] = [
    ("payload_migrations", ["name", "batch"], "Payload"),
    ("__drizzle_migrations", ["hash", "created_at"], "Drizzle"),
    ("_prisma_migrations", ["migration_name", "checksum"], "Prisma"),
    ("flyway_schema_history", ["installed_rank", "script"], "Flyway"),
    ("schema_migrations", ["version"], "a migration tool"),
    ("ar_internal_metadata", ["key", "value"], "Rails"),
    ("goose_db_version", ["version_id"], "goose"),
    ("alembic_version", ["version_num"], "Alembic"),
    ("django_migrations", ["app", "name"], "Django"),
    ("django_content_type", ["app_label", "model"], "Django"),
    ("databasechangelog", ["orderexecuted"], "Liquibase"),
    ("databasechangeloglock", ["locked"], "Liquibase"),
    ("_yoyo_migration", ["migration_hash"], "yoyo"),
    ("_yoyo_log", ["migration_hash"], "yoyo"),
    ("_yoyo_version", ["version"], "yoyo"),
    ("yoyo_lock", ["locked"], "yoyo"),
    ("knex_migrations", ["migration_time"], "Knex"),
    ("knex_migrations_lock", ["is_locked"], "Knex"),
    ("kysely_migration", ["timestamp"], "Kysely"),
    ("SequelizeMeta", ["name"], "Sequelize"),
    ("_sqlx_migrations", ["checksum"], "sqlx"),
    ("_fluent_migrations", ["batch"], "Fluent"),
    ("pgmigrations", ["run_on"], "node-pg-migrate"),
    ("hdb_metadata", ["metadata"], "Hasura"),
    ("spatial_ref_sys", ["srid"], "PostGIS"),
  ]

  /// The tool that a table belongs to; nil for none.
  package static func tool(of relation: Relation) -> String? {
    known.first { entry in
      entry.table == relation.name
        && entry.columns.isSubset(of: relation.columns.map(\.name))
    }?.tool
  }
}
