internal import Postgres
internal import SQLSyntax

/// The statements that bring rows from the temporary table into the table that they are for.
///
/// PostgreSQL has no COPY FROM into a table with row-level security: there rows come by INSERT,
/// which policies, defaults and triggers meet.
struct RowInsertion {
  /// A column that a file lacks and that gets the tenant's id.
  struct Tenant {
    var column: RowColumn
    var id: String
  }

  /// Columns that rows with the same keys have.
  private struct Group {
    var columns: [RowColumn]
    var number: Int?
  }

  /// The temporary table.
  static let table = "pg_temp.dbtool_seed_rows"
  /// Its name alone, as errors have it.
  static let tableName = "dbtool_seed_rows"

  let source: RowSource
  let target: RowTarget
  let tenant: Tenant?
  /// The column of the temporary table that counts rows from 1.
  let rowColumn: String
  /// The column that tells which keys a row has.
  let shapeColumn: String
  /// Which keys rows have, and which any row has; empty where the header tells.
  var shapes: [RowStream.Shape] = []
  var seen: RowStream.Shape = []

  init(source: RowSource, target: RowTarget, tenant: Tenant?) {
    self.source = source
    self.target = target
    self.tenant = tenant
    // Not the name of a column of the file.
    var mark = ""
    while source.columns.contains(where: { $0.name.hasPrefix("dbtool_row" + mark) }) { mark += "_" }
    rowColumn = "dbtool_row" + mark
    var shape = "dbtool_shape"
    while source.columns.contains(where: { $0.name == shape }) { shape += "_" }
    shapeColumn = shape
  }

  /// True where each row names its own columns.
  var hasShapes: Bool { source.seed.format == .jsonLines }

  /// The columns whose absence from a row means something else than NULL.
  func shaping(for conflict: RowConflict) -> RowStream.Shape {
    source.columns.map { column in
      column.hasDefault || conflict.action == .update || column == tenant?.column
    }
  }

  /// Makes the temporary table, with the types of the target: a bad value is refused with its line.
  func creation() throws -> String {
    var definitions = try source.columns.map { try SQLIdentifier.quoted($0.name) + " " + $0.type }
    if hasShapes { definitions.append("\(shapeColumn) integer") }
    definitions.append("\(rowColumn) bigint GENERATED ALWAYS AS IDENTITY (CACHE 10000)")
    return "CREATE TEMPORARY TABLE \(Self.tableName) (\(definitions.joined(separator: ", ")))"
      + " ON COMMIT DROP"
  }

  /// The columns that COPY fills.
  func copied() throws -> String {
    (try source.columns.map { try SQLIdentifier.quoted($0.name) }
      + (hasShapes ? [shapeColumn] : []))
      .joined(separator: ", ")
  }

  /// The INSERT statements for all rows or some of them.
  ///
  /// - Parameter condition: What else holds for the rows `r`.
  func statements(
    _ conflict: RowConflict, rows: ClosedRange<Int>? = nil, condition: String? = nil
  ) throws -> [PipelineStatement] {
    try groups.map { group in
      var names = try group.columns.map { try SQLIdentifier.quoted($0.name) }
      var values = names.map { "r." + $0 }
      var parameters: [Parameter] = []
      if let tenant, !group.columns.contains(tenant.column) {
        names.append(try SQLIdentifier.quoted(tenant.column.name))
        // Without the cast the server would take the parameter for a text.
        values.append("$1::\(tenant.column.type)")
        parameters.append(.text(tenant.id))
      }
      var conditions = [condition].compactMap(\.self)
      if let rows {
        conditions.append("r.\(rowColumn) BETWEEN \(rows.lowerBound) AND \(rows.upperBound)")
      }
      if let number = group.number, groups.count > 1 {
        conditions.append("r.\(shapeColumn) = \(number)")
      }
      let override =
        group.columns.contains(where: \.isAlwaysIdentity) ? " OVERRIDING SYSTEM VALUE" : ""
      let settable = group.columns.filter { !$0.isAlwaysIdentity }.map(\.name)
      return PipelineStatement(
        "INSERT INTO \(target.name) (\(names.joined(separator: ", ")))\(override)"
          + " SELECT \(values.joined(separator: ", ")) FROM \(Self.table) AS r"
          + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
          // Rows that came in several statements need not lie in their order.
          + (source.transport == .libpq ? "" : " ORDER BY r.\(rowColumn)")
          + (try conflict.clause(settable: settable)),
        parameters)
    }
  }

  /// Counts the rows whose key is there already, as far as the role sees.
  func count(ofKey key: [String]) throws -> PipelineStatement {
    var parameters: [Parameter] = []
    let conditions = try key.map { name in
      let quoted = try SQLIdentifier.quoted(name)
      var value = "r." + quoted
      if let tenant, tenant.column.name == name {
        parameters = [.text(tenant.id)]
        let id = "$1::\(tenant.column.type)"
        value = source.columns.contains(tenant.column) ? "coalesce(\(value), \(id))" : id
      }
      return "t.\(quoted) = \(value)"
    }
    return PipelineStatement(
      "SELECT count(*) FROM \(Self.table) AS r JOIN \(target.name) AS t"
        + " ON \(conditions.joined(separator: " AND "))", parameters)
  }

  private var groups: [Group] {
    guard hasShapes else { return [Group(columns: source.columns)] }
    return shapes.indices.map { number in
      let columns = source.columns.indices.filter { index in
        seen[index] && (shapes[number][index] || !isShaping[index])
      }
      return Group(columns: columns.map { source.columns[$0] }, number: number)
    }
  }

  /// What `shaping` gave for the rows that were sent.
  var isShaping: RowStream.Shape = []
}
