package import Postgres
internal import SQLSyntax
package import Tenants

/// What a clean start empties: all tables with rows of tenants, and those that refer to them.
package struct SeedTruncation: Sendable, Equatable {
  /// The tables, as `schema.name`.
  package var tables: [String]
  /// How many rows they have, by the server's statistics.
  package var estimatedRows: Int
  private var targets: [String]

  /// Looks up what would be emptied.
  ///
  /// - Parameters:
  ///   - manifest: Tables of nobody that it describes are emptied too.
  /// - Throws: `PostgresError`.
  package init(
    tenancy: TenancyOptions, manifest: SeedManifest, on connection: any Connection
  ) throws {
    let catalog = try CatalogReader.read(from: connection)
    let model = TenancyModel(catalog: catalog, options: tenancy)
    let relations = catalog.sortedRelations.filter {
      [.table, .partitioned].contains($0.kind) && ToolLedgers.tool(of: $0) == nil
    }
    var wanted = Set(
      relations.filter { relation in
        model.tables[relation.oid]?.isOwned == true
          || manifest.rule(schema: relation.schema, name: relation.name)?.rows != nil
      }.map(\.oid))
    // TRUNCATE refuses a table to which another one refers that is not emptied with it.
    var grows = true
    while grows {
      let more = catalog.constraints.filter {
        $0.kind == .foreignKey && wanted.contains($0.referencedRelation)
          && !wanted.contains($0.relation) && catalog.relations[$0.relation] != nil
      }.map(\.relation)
      wanted.formUnion(more)
      grows = !more.isEmpty
    }
    let emptied = relations.filter { wanted.contains($0.oid) && !$0.isPartition }
    tables = emptied.map(\.displayName)
    targets = try emptied.map { try SQLIdentifier.readable(schema: $0.schema, name: $0.name) }
    let oids = relations.filter { wanted.contains($0.oid) }.map { String($0.oid) }
    estimatedRows =
      try connection.execute(
        "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_catalog.pg_class"
          + " WHERE oid = ANY ($1::oid[])", [.text(PostgresArray.text(of: oids))]
      ).rows.first?.int(0) ?? 0
  }

  /// Empties the tables, and forgets which seeds ran, in one transaction.
  ///
  /// - Throws: `PostgresError`; then nothing was changed.
  package func run(on connection: any Connection) throws {
    try connection.transaction {
      try connection.execute("SET LOCAL lock_timeout = '10s'")
      if !targets.isEmpty {
        try connection.execute("TRUNCATE \(targets.joined(separator: ", ")) RESTART IDENTITY")
      }
      for ledger in ["dbtool.seeds", "dbtool.seed_generations"] {
        let isThere = try connection.execute("SELECT to_regclass($1)::text", [.text(ledger)]).scalar
        if isThere != nil { try connection.execute("DELETE FROM \(ledger)") }
      }
    }
  }
}
