/// What `seeds/*.yaml` say: how many rows there are to be, how columns are filled and masked, and how
/// files of rows are loaded.
package struct SeedManifest: Sendable, Equatable {
  /// The tenants that are made.
  package struct Tenants: Sendable, Equatable {
    /// How many.
    package var count: Int?
    /// How rows are spread over them.
    package var skew: Skew?
  }

  /// How rows are spread over tenants.
  package enum Skew: Sendable, Equatable {
    /// Each tenant gets as many as any other.
    case even
    /// The k-th tenant gets a share of 1/k to the power of the exponent: one giant, many small.
    case zipf(exponent: Double)
  }

  /// What is said of tenants.
  package var tenants = Tenants()
  /// What is said of tables, by the name as it is written: `table` or `schema.table`.
  package var tables: [String: SeedTableRule] = [:]
  /// What is said of files of rows, by their name in the folder.
  package var files: [String: SeedFileRule] = [:]

  /// A manifest that says nothing.
  package init() {}

  /// What is said of a table; the rule with the schema counts before the one without.
  package func rule(schema: String, name: String) -> SeedTableRule? {
    tables[schema + "." + name] ?? tables[name]
  }

  /// True when it asks for rows that are made up: masks alone do not.
  package var asksForRows: Bool {
    tenants.count != nil
      || tables.values.contains { table in
        guard table.rows == nil, !table.columns.isEmpty else { return true }
        return table.columns.values.contains { column in
          var rest = SeedColumnRule(line: column.line)
          rest.mask = column.mask
          return column.mask == nil || column != rest
        }
      }
  }

  /// Lets what `other` says count before what this one says, table by table and column by column.
  package mutating func override(with other: SeedManifest) {
    tenants.count = other.tenants.count ?? tenants.count
    tenants.skew = other.tenants.skew ?? tenants.skew
    tables.merge(other.tables) { old, new in
      var rule = new
      rule.rows = new.rows ?? old.rows
      rule.columns = old.columns.merging(new.columns) { _, new in new }
      return rule
    }
    files.merge(other.files) { _, new in new }
  }
}

/// What is said of a table.
package struct SeedTableRule: Sendable, Equatable {
  /// How many rows it gets.
  package enum Rows: Sendable, Equatable {
    /// For each tenant on average.
    case perTenant(Int)
    /// For each row of another table on average.
    case per(String, Double)
  }

  /// The file that says it.
  package var file: String
  /// The line, from 1.
  package var line: Int
  /// How many rows; nil leaves it to dbtool.
  package var rows: Rows?
  /// What is said of columns.
  package var columns: [String: SeedColumnRule] = [:]
}

/// What is said of a column.
package struct SeedColumnRule: Sendable, Equatable {
  /// How values are spread over what there is to choose from.
  package enum Distribution: Sendable, Equatable {
    /// Each as often as any other.
    case uniform
    /// The k-th as often as 1/k to the power of the exponent.
    case zipf(exponent: Double)
    /// Around the middle.
    case normal
  }

  /// A value and how often it comes, relative to the others.
  package struct Weighted: Sendable, Equatable {
    /// The value in PostgreSQL's text form; nil is NULL.
    package var value: String?
    /// Its weight.
    package var weight: Double
  }

  /// The line, from 1.
  package var line: Int
  /// What kind of value it is, for example `email`.
  package var kind: String?
  /// The values to choose from.
  package var values: [Weighted] = []
  /// The least and the greatest value.
  package var between: [String] = []
  /// How they are spread.
  package var distribution: Distribution?
  /// How many of a hundred are NULL.
  package var nulls: Double?
  /// The months in which most of it happens, from 1.
  package var season: [Int] = []
  /// How `seed export` hides it.
  package var mask: String?
}

/// What is said of a file of rows.
package struct SeedFileRule: Sendable, Equatable {
  /// What happens to rows whose key is there already.
  package enum Conflict: String, Sendable, CaseIterable {
    /// The row of the file takes its place.
    case update
    /// The row of the file is left out.
    case skip
    /// It is an error.
    case error
  }

  /// The file that says it.
  package var file: String
  /// The line, from 1.
  package var line: Int
  /// What happens to rows whose key is there already.
  package var conflict: Conflict?
  /// The columns of the key; empty for the primary key.
  package var key: [String] = []
  /// True to load it once, as the role that is connected.
  package var isAdministrative = false
  /// True when `${tenant_id}` in it is a text like any other.
  package var isLiteral = false
}
