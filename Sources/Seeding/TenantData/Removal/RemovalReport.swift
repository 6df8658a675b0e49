/// What is deleted with a tenant, before or after it is done.
package struct RemovalReport: Sendable, Equatable {
  /// A table with rows that go.
  package struct Table: Sendable, Equatable {
    /// The table, as `schema.name`.
    package var name: String
    /// How its rows belong to the tenant: root, column, parent, member, or dependent of a person.
    package var tenancy: String
    /// The number of rows.
    package var rows: Int
  }

  /// Rows with the tenant's id in a table whose rows are not deleted.
  package struct Remainder: Sendable, Equatable {
    /// The table or materialized view, as `schema.name`.
    package var name: String
    /// The column that holds the id.
    package var column: String
    /// The number of rows.
    package var rows: Int
    /// What to do about it.
    package var remedy: String
  }

  /// The tenant's id as the server writes it.
  package var tenant: String
  /// The tables, those that are emptied first in front.
  package var tables: [Table] = []
  /// Tables that isolation does not apply to, which stay as they are, with the reason.
  package var exempt: [String: String] = [:]
  /// People of the tenant who stay, since others know them too, by table.
  package var staying: [String: Int] = [:]
  /// Steps of `dbtool seed` that are forgotten.
  package var seedSteps = 0
  /// Rows that triggers wrote into tables of nobody meanwhile, by table.
  package var added: [String: Int] = [:]
  /// Where the tenant's id still stands.
  package var left: [Remainder] = []
  /// Tables whose other rows were compared before and after.
  package var compared = 0
  /// Columns that were asked for the tenant's id.
  package var asked = 0
  /// False for a plan.
  package var isDone = false

  /// All rows.
  package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
}
