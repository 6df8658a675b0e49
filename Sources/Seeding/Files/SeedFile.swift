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
    case rows(RowSeed)
  }

  /// Its path within the folder, which is also its key in the ledger.
  package var name: String
  /// Its path.
  package var path: String
  /// SHA-256 of its bytes, in hexadecimal.
  package var checksum: String
  /// What it holds.
  package var content: Content
  /// What is said of it in a file of YAML.
  package var rule: SeedFileRule?
  /// On whose behalf it runs.
  package var scope: Scope
}
