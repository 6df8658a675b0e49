/// Rows that are loaded in one transaction.
package struct LoadPortion: Sendable, Equatable {
  /// Rows of one tenant, or of nobody.
  package struct Slice: Sendable, Equatable {
    /// The table, by its place in the plan.
    package var table: Int
    /// The tenant's number.
    package var tenant: Int
    /// The rows' numbers.
    package var rows: Range<Int>
  }

  /// What it is called in the ledger: stage and number.
  package var name: String
  /// The rows, in order.
  package var slices: [Slice]
  /// How many rows there are.
  package var count: Int { slices.reduce(0) { $0 + $1.rows.count } }

  /// The portions of a stage, each of about `size` rows.
  static func portions(
    of stage: GenerationPlan.Stage, number: Int, in plan: GenerationPlan, size: Int
  ) -> [LoadPortion] {
    stage.isJoint
      ? joint(stage, number: number, in: plan) : apart(stage, number: number, in: plan, size: size)
  }

  private static func apart(
    _ stage: GenerationPlan.Stage, number: Int, in plan: GenerationPlan, size: Int
  ) -> [LoadPortion] {
    var portions: [LoadPortion] = []
    for table in stage.tables {
      var slices: [Slice] = []
      var count = 0
      func close() {
        guard !slices.isEmpty else { return }
        portions.append(LoadPortion(name: "\(number).\(portions.count)", slices: slices))
        slices = []
        count = 0
      }
      for (tenant, rows) in plan.model.counts[table].counts.enumerated() {
        var start = 0
        while start < rows {
          let end = min(rows, start + size - count)
          slices.append(Slice(table: table, tenant: tenant, rows: start..<end))
          count += end - start
          start = end
          if count >= size { close() }
        }
      }
      close()
    }
    return portions
  }

  /// All rows of a tenant together, since they refer to each other.
  private static func joint(
    _ stage: GenerationPlan.Stage, number: Int, in plan: GenerationPlan
  ) -> [LoadPortion] {
    let owners = stage.tables.map { plan.model.counts[$0].counts.count }.max() ?? 0
    return (0..<owners).compactMap { tenant in
      let slices = stage.tables.compactMap { table -> Slice? in
        let counts = plan.model.counts[table].counts
        guard tenant < counts.count, counts[tenant] > 0 else { return nil }
        return Slice(table: table, tenant: tenant, rows: 0..<counts[tenant])
      }
      return slices.isEmpty ? nil : LoadPortion(name: "\(number).\(tenant)", slices: slices)
    }
  }
}
