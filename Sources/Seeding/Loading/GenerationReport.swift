internal import Postgres

/// What was made up.
package struct GenerationReport: Sendable, Equatable {
  /// A table and its rows.
  package struct Table: Sendable, Equatable {
    /// `schema.name`.
    package var name: String
    /// All of them.
    package var rows: Int
    /// For each tenant, in the order of the tenants; nil for rows of nobody.
    package var byTenant: [Int]?
    /// How each column is filled.
    package var columns: [ColumnSummary]
  }

  /// A column and how it is filled.
  package struct ColumnSummary: Sendable, Equatable {
    /// The column.
    package var name: String
    /// Where its values come from, in words.
    package var source: String
  }

  /// The tables in the order in which they are loaded.
  package var tables: [Table]
  /// The tenants' ids.
  package var tenants: [String]
  /// The rows that this run wrote.
  package var written: Int
  /// What is worth knowing.
  package var notes: [String]
  /// What all random numbers come from.
  package var seed: UInt64

  /// The report on a plan of which so many rows were written.
  package init(plan: GenerationPlan, written: Int) {
    tables = zip(plan.model.recipes, plan.model.counts).map { recipe, counts in
      Table(
        name: recipe.relation.displayName, rows: counts.total,
        byTenant: recipe.ownership == .nobody ? nil : counts.counts,
        columns: recipe.columns.map { column in
          ColumnSummary(name: column.name, source: SourceWording.words(column, recipe, plan.model))
        })
    }
    tenants = plan.tenants
    self.written = written
    notes = plan.notes
    seed = plan.seed
  }

  /// All rows of the plan.
  package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
}
