/// One seed file.
package struct SeedFile: Sendable, Equatable {
  /// On whose behalf a file runs.
  package enum Scope: Sendable, Equatable {
    /// Once, as the administrator who is connected.
    case administrator
    /// Once for each tenant, as the application.
    case tenant
  }

  /// What a file holds.
  package enum Content: Sendable, Equatable {
    /// Statements.
    case sql(SQLSeed)
    /// Rows of one table.
    case csv(CSVSeed)
  }

  /// Its name in the folder, which is also its place in the order and its key in the ledger.
  package var name: String
  /// Its path.
  package var path: String
  /// SHA-256 of its bytes, in hexadecimal.
  package var checksum: String
  /// What it holds.
  package var content: Content

  /// On whose behalf it runs; CSV files always on a tenant's.
  package var scope: Scope {
    switch content {
    case .sql(let seed): seed.scope
    case .csv: .tenant
    }
  }
}
