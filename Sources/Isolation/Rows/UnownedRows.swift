internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Makes rows that belong to no tenant, where the tenant column may be NULL.
///
/// Such rows are often shared: to be read by all, and to be changed by none.
struct UnownedRows {
  var catalog: Catalog
  var tenancy: [UInt32: Tenancy]
  var actors: [Actor]

  /// A row for each of `targets` that takes one and whose rows a role may read or change.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func make(
    _ targets: [Relation], synthesizer: inout RowSynthesizer, on connection: any Connection
  ) throws -> [UInt32: SyntheticRow] {
    let nullable = targets.compactMap { relation -> (relation: Relation, column: String)? in
      guard relation.hasRowSecurity, case .column(let name) = tenancy[relation.oid],
        relation.column(name)?.isNotNull == false,
        actors.contains(where: { actor in
          let privileges = actor.privileges(on: relation.oid)
          return !privileges.select.isEmpty || !privileges.update.isEmpty || privileges.delete
        })
      else { return nil }
      return (relation, name)
    }
    guard !nullable.isEmpty else { return [:] }
    let rows = try synthesizer.makeRows(
      for: nullable.map { relation, _ in
        RowSynthesizer.Wish(relation: relation.oid, owner: .tenant(0), condition: "true")
      }, on: connection)
    var made: [SyntheticRow] = []
    var insertions: [PipelineStatement] = []
    for ((relation, column), row) in zip(nullable, rows) {
      guard var row else { continue }
      row.values[column] = .some(nil)
      made.append(row)
      insertions.append(try Self.insertion(of: row, column: column, into: relation))
    }
    let outcomes = try connection.ask(insertions)
    // A constraint, or a trigger that gives the row to somebody, says that there are none.
    let accepted = zip(made, outcomes).filter { !($0.1.result?.scalar ?? "").isEmpty }.map(\.0)
    return Dictionary(uniqueKeysWithValues: accepted.map { ($0.relation, $0) })
  }

  /// Inserts the row and keeps its place in a setting, for `place` to find; the setting is empty
  /// when the row got a tenant, or when a trigger dropped it.
  static func insertion(
    of row: SyntheticRow, column: String, into relation: Relation
  ) throws -> PipelineStatement {
    let insertion = try row.insertion(into: relation)
    return PipelineStatement(
      """
      WITH unowned AS (\(insertion.sql) RETURNING tableoid AS storage, ctid AS place, \
      \(try SQLIdentifier.readable(column)) IS NULL AS is_unowned) \
      SELECT set_config('dbtool.unowned', CASE WHEN is_unowned THEN storage || ' ' || place \
      ELSE '' END, true) FROM unowned
      """, insertion.parameters)
  }

  /// True of the row that `insertion` inserted, as long as nobody changes it.
  static let place =
    "tableoid || ' ' || ctid = current_setting('dbtool.unowned', true)"
}
