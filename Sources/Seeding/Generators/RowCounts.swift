/// How many rows a table gets.
package struct RowCounts: Sendable, Equatable {
  /// For each tenant; one number for rows of nobody.
  package let counts: [Int]
  /// How many rows come before a tenant's first.
  package let offsets: [Int]
  /// All of them.
  package let total: Int

  /// Counts of tenants.
  package init(_ counts: [Int]) {
    self.counts = counts
    var sum = 0
    offsets = counts.map { count in
      defer { sum += count }
      return sum
    }
    total = sum
  }
}
