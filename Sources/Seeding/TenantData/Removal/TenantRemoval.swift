package import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
package import Tenants

/// Deletes one tenant from a database, in one transaction that is kept only when it is proven that
/// nothing of the tenant is left and nothing of anybody else has changed.
package struct TenantRemoval: Sendable {
  /// How tenants are told apart.
  package var options: TenancyOptions
  /// How long to wait for the locks of the tenant's tables, as `lock_timeout` takes it.
  package var lockTimeout = "5s"

  /// A removal with its settings.
  package init(options: TenancyOptions) { self.options = options }

  /// What would be deleted; nothing is changed.
  ///
  /// - Throws: `SeedError`, also when there is no such tenant.
  package func plan(
    _ tenant: String, client: InstrumentedClient
  ) throws(SeedError) -> RemovalReport {
    do {
      return try client.exempt { connection in
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        // The temporary tables of keys go as well.
        defer { _ = try? connection.execute("ROLLBACK") }
        try connection.execute("SET LOCAL row_security = off")
        let run = try run(tenant, connection) { _ in }
        let report = try run.look()
        guard report.rows > 0 else { throw TenantPresence.unknown(run.tables) }
        return report
      }
    } catch {
      throw SeedError.ofTenantData(error, "the rows cannot be counted", tenant: tenant)
    }
  }

  /// Deletes the rows of `tenant`.
  ///
  /// - Throws: `SeedError`; then nothing was deleted, or with the code `connectionLost` it is not
  ///   known.
  package func remove(
    _ tenant: String, client: InstrumentedClient,
    progress: @escaping (TenantDataProgress) -> Void = { _ in }
  ) throws(SeedError) -> RemovalReport {
    do {
      return try client.exempt { connection in
        // Before the transaction sees anything, so that it sees what others did until the locks came.
        let names = try locked(tenant, connection)
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        do {
          try lock(names, connection)
          let report = try run(tenant, connection, progress).run()
          try connection.execute("COMMIT")
          return report
        } catch {
          _ = try? connection.execute("ROLLBACK")
          throw error
        }
      }
    } catch {
      throw SeedError.ofTenantData(error, "the tenant cannot be removed", tenant: tenant)
    }
  }

  private func run(
    _ tenant: String, _ connection: any Connection,
    _ progress: @escaping (TenantDataProgress) -> Void
  ) throws -> RemovalRun {
    let tables = try TenantTables(
      catalog: try CatalogReader.read(from: connection), options: options, tenant: tenant,
      on: connection)
    return RemovalRun(
      tables: tables, scope: try RemovalScope(tables), tenantColumn: options.tenantColumn,
      givenTenant: tenant, connection: connection, progress: progress)
  }

  /// The tables whose rows go, as LOCK TABLE names them, always in the same order.
  private func locked(_ tenant: String, _ connection: any Connection) throws -> [String] {
    let run = try run(tenant, connection) { _ in }
    return try run.scope.tables.map(\.relation)
      .sorted { ($0.schema, $0.name) < ($1.schema, $1.name) }
      .map { try run.tables.source($0) }
  }

  /// Keeps others from writing: a row that came in meanwhile would be seen by no proof.
  ///
  /// SET and LOCK see no row yet, so the transaction's view begins behind them.
  private func lock(_ names: [String], _ connection: any Connection) throws {
    try connection.execute("SET LOCAL row_security = off")
    try connection.execute("SET LOCAL lock_timeout = \(try SQLLiteral.quoted(lockTimeout))")
    for start in stride(from: 0, to: names.count, by: 100) {
      let part = names[start..<min(start + 100, names.count)]
      try connection.execute(
        "LOCK TABLE \(part.joined(separator: ", ")) IN SHARE ROW EXCLUSIVE MODE")
    }
  }
}
