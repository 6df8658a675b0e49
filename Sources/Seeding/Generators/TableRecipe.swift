package import Postgres

/// How the rows of a table are made.
package struct TableRecipe: Sendable {
  /// To whom rows belong.
  package enum Ownership: Sendable, Equatable {
    /// Each row is a tenant.
    case root
    /// Rows belong to tenants.
    case tenants
    /// Rows belong to nobody.
    case nobody
  }

  /// The table.
  package var relation: Relation
  /// To whom its rows belong.
  package var ownership: Ownership
  /// The columns that are written, in order.
  package var columns: [ColumnRecipe] = []
  /// Columns whose values are chosen together.
  package var groups: [ShapeGroup] = []
  /// The foreign keys.
  package var references: [Reference] = []
  /// What the number of a row is taken apart into, the fastest changing first.
  package var digits: [Digit] = []
  /// Windows that do not overlap.
  package var windows: [Window] = []
  /// The table's random numbers.
  package var draw: Draw
  /// Where numbers that keep rows apart begin: behind the rows that were there before.
  package var base = 0
  /// The most rows of a tenant, where its id is all of a key.
  package var limit: Int?

  /// The column called `name` among those that are written.
  func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

  /// A recipe without columns.
  init(relation: Relation, ownership: Ownership, seed: UInt64) {
    self.relation = relation
    self.ownership = ownership
    draw = Draw(seed: seed, table: relation.displayName)
  }
}

/// How the values of a column are made.
package struct ColumnRecipe: Sendable, Equatable {
  /// The column.
  package var name: String
  /// Where values come from, unless the column belongs to a group.
  package var source: ValueSource
  /// The group that it belongs to, and its place there.
  package var group: Int?
  /// Its place in the group.
  package var place = 0
  /// How many of a thousand values are NULL.
  package var nulls = 0
  /// What sets its random numbers apart from other columns'.
  package var salt: UInt64
  /// True when values are apart in the whole table, and not only among a tenant's rows.
  package var isApartInTable = false
  /// The digit that chooses the value; nil where it is chosen at random.
  package var digit: Int?

  /// A column with the source of its values.
  init(name: String, source: ValueSource, number: Int) {
    self.name = name
    self.source = source
    salt = UInt64(number) &* 4 &+ 16
  }
}

/// Columns whose values are chosen together: ways to fill them that the server found right.
package struct ShapeGroup: Sendable, Equatable {
  /// For each shape the sources of the group's columns.
  package var shapes: [[ValueSource]]
  /// How often each comes.
  package var choice: WeightedChoice
  /// What sets its random numbers apart.
  package var salt: UInt64
}

/// A foreign key, and how the row that it refers to is chosen.
package struct Reference: Sendable, Equatable {
  /// Among what is chosen.
  package enum Target: Sendable, Equatable {
    /// The rows that are made for a table, by its place among the recipes.
    case table(Int)
    /// Keys of rows that are there, by the place among the pools.
    case pool(Int)
  }

  /// How one is chosen.
  package enum Pick: Sendable, Equatable {
    /// Each as often as any other.
    case uniform
    /// The k-th as often as 1/k to the power of the exponent.
    case zipf(Double)
    /// As a digit of the row's number says.
    case digit(Int)
    /// The one whose window it is.
    case window(Int)
    /// A row of the same table that is made earlier in the same portion; the first refers to itself.
    case earlier
    /// One that agrees with another reference in the columns that both have.
    case matching(Int)
  }

  /// The constraint's name.
  package var name: String
  /// Among what is chosen.
  package var target: Target
  /// How one is chosen.
  package var pick: Pick
  /// How many of a thousand refer to nothing.
  package var nulls = 0
  /// Its columns, and the place of what they refer to among the target's columns.
  package var columns: [Pair]
  /// What sets its random numbers apart.
  package var salt: UInt64

  /// A column that refers, and what it refers to.
  package struct Pair: Sendable, Equatable {
    /// The column's place in its table.
    var own: Int
    /// The place of the column that it refers to.
    var other: Int
  }
}

/// A part of a row's number, so that no two rows have all parts alike.
package enum Digit: Sendable, Equatable {
  /// The row that a foreign key refers to.
  case reference(Int)
  /// One of so many values.
  case values(Int)
  /// Whatever is left of the number.
  case rest
}

/// Spans that do not overlap for the same row of another table.
package struct Window: Sendable, Equatable {
  /// The foreign key for whose rows spans do not overlap; nil for all rows of a tenant.
  package var reference: Int?
  /// How popular the rows are: the k-th as 1/k to the power of it.
  package var exponent: Double
  /// The last day that is used, or for numbers nothing of importance.
  package var end: Int
  /// How values are written.
  package var format: NumberFormat
  /// The longest span in the format's units.
  package var longest: Int
  /// The months of the season.
  package var months: [Int]

  /// A window from its parts.
  init(
    reference: Int?, exponent: Double, end: Int, format: NumberFormat, longest: Int, months: [Int],
    isFree: Bool = false
  ) {
    self.reference = reference
    self.exponent = exponent
    self.end = end
    self.format = format
    self.longest = longest
    self.months = months
    self.isFree = isFree
  }

  /// True when no two spans of the whole table overlap, whoever they belong to.
  package var isInTable = false
  /// True when spans may overlap: each is one of a year's, chosen at random.
  package var isFree = false
  /// True when bounds are written in double quotes inside a range.
  package var isQuoted: Bool { format == .timestamp }
}

/// Keys of rows that are there already.
package struct KeyPool: Sendable, Equatable {
  /// For each tenant, or for all alike, rows of the key's columns.
  package var rows: [[[[UInt8]]]]
  /// True when each tenant has rows of its own.
  package var isByTenant: Bool

  /// The rows for a tenant.
  @inline(__always)
  func keys(of tenant: Int) -> [[[UInt8]]] { rows[isByTenant ? tenant : 0] }
}
