/// What an export took out.
package struct ExportReport: Sendable, Equatable {
  /// A file and the table that its rows are of.
  package struct Table: Sendable, Equatable {
    /// The table, as `schema.name`.
    package var name: String
    /// The file in the folder.
    package var file: String
    /// The number of rows.
    package var rows: Int
    /// The size of the file in bytes.
    package var bytes: Int
    /// True when the rows are the tenant's; else they came along.
    package var isOwned: Bool
    /// The columns that were masked.
    package var masked: [String]
  }

  /// The tenant's id as the server writes it.
  package var tenant: String
  /// The folder.
  package var folder: String
  /// The tables in the order in which they are loaded.
  package var tables: [Table] = []
  /// Columns that look personal and were written as they are, as `schema.table.column`.
  package var unmasked: [String] = []
  /// What else should be known.
  package var notes: [String] = []

  /// All rows.
  package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
  /// All bytes.
  package var bytes: Int { tables.reduce(0) { $0 + $1.bytes } }
  /// All masked columns, as `schema.table.column`.
  package var masked: [String] {
    tables.flatMap { table in table.masked.map { table.name + "." + $0 } }
  }
}
