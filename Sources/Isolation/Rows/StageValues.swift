internal import Postgres
internal import Synthesis

/// The values of each tenant's rows, gathered once for the many probes that look for them.
struct StageValues: Sendable {
  /// Values that stand in rows of one tenant and in no others, by the tenant's number.
  var markers: [[String]]
  /// All values of a tenant's rows, by the tenant's number.
  var all: [Set<String>]
  /// The rows that lie in the tables, by the tenant's number.
  var rows: [[(relation: Relation, row: SyntheticRow)]]

  /// The values of the rows on `stage`.
  init(_ stage: Stage) {
    let insertions = stage.synthesizer.insertions
    markers = stage.tenants.indices.map { stage.markers(of: $0) }
    rows = stage.tenants.indices.map { tenant in
      insertions.filter { $0.owner == .tenant(tenant) }.compactMap { row in
        stage.catalog.relations[row.relation].map { ($0, row) }
      }
    }
    all = rows.map { rows in Set(rows.flatMap { $0.row.values.values.compactMap { $0 } }) }
  }
}
