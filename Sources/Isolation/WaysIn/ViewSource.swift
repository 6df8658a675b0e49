internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// A view, or a table of nobody that others inherit from, with the table behind it.
struct ViewSource: Sendable {
  var view: Relation
  /// The table with tenants' rows that its columns come from.
  var table: ProbedTable
  /// The table's column for each of the view's, as far as it has one.
  var columns: [String: String]
  /// All tables with tenants' rows behind it.
  var tables: Set<UInt32>
  /// A row as the view shows it, for columns that are left to defaults elsewhere: a trigger in the
  /// place of an insertion has none.
  var example: [String: String]

  /// The view's column that says to which tenant a row belongs; nil when it shows none.
  var ownerColumns: [(view: String, table: String)] {
    let owner = Set(table.ownershipValues(of: 0).map(\.column))
    return columns.filter { owner.contains($0.value) }.map { ($0.key, $0.value) }
      .sorted { $0.0 < $1.0 }
  }

  /// The relations that stand behind views and inheritance parents, each by itself.
  ///
  /// - Throws: `PostgresError`.
  static func dependencies(_ connection: any Connection) throws -> [UInt32: Set<UInt32>] {
    let result = try connection.execute(
      """
      SELECT DISTINCT r.ev_class::text, d.refobjid::text
      FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d ON d.objid = r.oid
        AND d.classid = 'pg_catalog.pg_rewrite'::regclass
        AND d.refclassid = 'pg_catalog.pg_class'::regclass
      WHERE d.refobjid <> r.ev_class
      UNION
      SELECT i.inhparent::text, i.inhrelid::text FROM pg_catalog.pg_inherits i
      """)
    var found: [UInt32: Set<UInt32>] = [:]
    for row in result.rows {
      guard let view = UInt32(row.text(0)), let table = UInt32(row.text(1)) else { continue }
      found[view, default: []].insert(table)
    }
    return found
  }

  /// The source of `view`; nil when no table with tenants' rows stands behind it.
  ///
  /// Columns are matched by their names, and where a view renames them by what is in them.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  static func find(
    _ view: Relation, _ dependencies: [UInt32: Set<UInt32>], _ survey: Survey
  ) throws -> ViewSource? {
    var behind: Set<UInt32> = []
    var open = [view.oid]
    while let relation = open.popLast() {
      for next in dependencies[relation] ?? [] where behind.insert(next).inserted {
        open.append(next)
      }
    }
    let tables = try behind.sorted().compactMap { try survey.stage.table($0) }
      .filter { $0.tenancy.isOwned && $0.placed.count == survey.stage.tenants.count }
    func common(_ table: ProbedTable) -> Int {
      view.columns.filter { table.relation.column($0.name) != nil }.count
    }
    let shown = try rows(of: view, survey)
    var best: ViewSource?
    for table in tables.sorted(by: { common($0) > common($1) }) {
      var columns: [String: String] = [:]
      for column in view.columns where table.relation.column(column.name) != nil {
        columns[column.name] = column.name
      }
      for column in view.columns where columns[column.name] == nil {
        let free = table.relation.columns.map(\.name).filter { !columns.values.contains($0) }
        columns[column.name] = free.first { name in
          guard let value = table.placed[1]?.first?.row.values[name] ?? nil else { return false }
          return value.count >= 4
            && shown.contains { $0[column.name].map { $0 == value } ?? false }
        }
      }
      let source = ViewSource(
        view: view, table: table, columns: columns, tables: Set(tables.map(\.relation.oid)),
        example: shown.first ?? [:])
      if columns.count > (best?.columns.count ?? 0) { best = source }
    }
    return best
  }

  /// What the second tenant's context shows of a view to somebody whom nothing binds.
  private static func rows(of view: Relation, _ survey: Survey) throws -> [[String: String]] {
    let names = try view.columns.map { try SQLIdentifier.readable($0.name) + "::text" }
    guard !names.isEmpty else { return [] }
    let source = try SQLIdentifier.readable(schema: view.schema, name: view.name)
    let context = try survey.writer.set(survey.stage.context(of: 1)).map { PipelineStatement($0) }
    let look = PipelineStatement("SELECT \(names.joined(separator: ", ")) FROM \(source) LIMIT 200")
    guard let result = try survey.connection.ask([look], after: context)[0].result else {
      return []
    }
    return result.rows.map { row in
      var values: [String: String] = [:]
      for (index, column) in view.columns.enumerated() { values[column.name] = row[index] }
      return values
    }
  }
}
