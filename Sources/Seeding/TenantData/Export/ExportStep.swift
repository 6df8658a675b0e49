internal import Postgres

/// One file of an export, before it is written.
struct ExportStep {
  /// What a file holds.
  enum Content {
    /// Rows of a table as CSV.
    case rows(ExportedTable)
    /// Rows of tables that refer to each other in a circle, as one statement.
    case circle([ExportedTable])
    /// References that were left out of the rows, since they close a circle.
    case references(ExportedTable, key: Constraint, by: [String])
    /// How far sequences have to be.
    case sequences([(relation: Relation, column: String)])
  }

  /// Its name in the folder.
  var name: String
  /// What it holds.
  var content: Content
}

/// A table with the rows that are taken out of it.
struct ExportedTable {
  /// The table.
  var relation: Relation
  /// The columns that are written, in order.
  var columns: [String]
  /// True of the rows, which go by `t`.
  var condition: String
  /// Columns that are NULL in some rows or in all, with the expression that gives them.
  var replaced: [String: String] = [:]
  /// True when its rows are the tenant's; else they come along.
  var isOwned: Bool
  /// Columns of a key, by which rows are put in order.
  var order: [String]

  /// The query that gives the rows.
  func query(_ tables: TenantTables) throws -> String {
    let targets = try columns.map { column in
      let name = try TenantTables.list([column], of: "t")
      return replaced[column].map { "\($0) AS \(name.dropFirst(2))" } ?? name
    }
    let order = order.isEmpty ? "" : " ORDER BY " + (try TenantTables.list(order, of: "t"))
    return """
      SELECT \(targets.joined(separator: ", ")) FROM \(try tables.source(relation)) AS t \
      WHERE \(condition)\(order)
      """
  }
}
