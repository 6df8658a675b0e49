package import Postgres

/// What another tool recorded as applied.
package struct ForeignLedger: Sendable, Equatable {
  /// A row of its ledger.
  package struct Entry: Sendable, Equatable {
    /// What the tool orders its migrations by: a number, a time or a name.
    package var id: String
    /// What is known of the file's name.
    package var name: String?
    /// Why the row cannot be taken as it is.
    package var problem: String?
  }

  /// The tool.
  package var tool: ForeignTool
  /// The rows in the order of their application.
  package var entries: [Entry]

  /// The ledgers of known tools that a database has.
  ///
  /// - Throws: `MigrationError` when one cannot be read.
  package static func find(
    on connection: any Connection
  ) throws(MigrationError) -> [ForeignLedger] {
    do {
      return try ForeignTool.allCases.compactMap { tool in
        try read(tool, on: connection)
      }
    } catch let error as MigrationError {
      throw error
    } catch {
      throw MigrationError(from: error, doing: "reading the ledger of another tool")
    }
  }

  private static func read(
    _ tool: ForeignTool, on connection: any Connection
  ) throws -> ForeignLedger? {
    let columns = try connection.execute(
      """
      SELECT attname FROM pg_catalog.pg_attribute
      WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
      """, [.text(tool.table)]
    ).rows.map { $0.text(0) }
    let signature = tool.signature
    guard signature.has.allSatisfy(columns.contains),
      !(signature.lacks.map(columns.contains) ?? false)
    else { return nil }
    let rows = try connection.execute(tool.query(tool.table)).rows
    return ForeignLedger(
      tool: tool,
      entries: rows.map { Entry(id: $0.text(0), name: $0[1], problem: $0[2]) })
  }
}
