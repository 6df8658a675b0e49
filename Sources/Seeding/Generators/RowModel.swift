/// A row by its number among a tenant's.
package struct RowPlace: Sendable, Equatable {
  /// The tenant's number; 0 for rows of nobody.
  package var tenant: Int
  /// The row's number among the tenant's.
  package var ordinal: Int
  /// Where the portion begins that the row is made with.
  package var portion: Int
  /// How often the row was refused.
  package var attempt: Int
  /// The row's random number.
  let random: UInt64
}

/// What all rows are made from.
package struct RowModel: Sendable {
  /// How the tables' rows are made.
  package var recipes: [TableRecipe]
  /// How many each table gets.
  package var counts: [RowCounts]
  /// The tenants' ids.
  package var tenants: [[UInt8]]
  /// Keys of rows that are there.
  package var pools: [KeyPool]
}
