internal import Postgres
internal import SQLSyntax

/// Finds the row of the temporary table that the server refuses.
///
/// An error of INSERT … SELECT does not say which row it is about. Halves of the rows are tried,
/// and what is good stays in place, so that a row that does not go with an earlier one is found as
/// well.
struct RowSearch {
  private static let savepoint = "dbtool_seed_search"

  let insertion: RowInsertion
  let conflict: RowConflict
  /// How many rows there are.
  let count: Int
  let connection: any Connection

  /// The first row that is refused, counted from 1, and why; nil when none is by itself.
  ///
  /// The transaction must be as it was before the rows were inserted, and is spoilt afterwards.
  func find(_ error: PostgresError) throws -> (row: Int, error: PostgresError)? {
    guard count > 0 else { return nil }
    if error.sqlState == "21000", let row = try secondOfKey() { return (row, error) }
    let condition = try rootsOnly(error)
    var low = 1
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if try refusal(of: low...middle, condition) == nil { low = middle + 1 } else { high = middle }
    }
    return try refusal(of: low...low, condition).map { (low, $0) }
  }

  /// Why the server refuses some rows; nil when it does not, and then they are in place.
  private func refusal(
    of rows: ClosedRange<Int>, _ condition: String?
  ) throws -> PostgresError? {
    let outcomes = try connection.pipeline(
      [PipelineStatement("SAVEPOINT \(Self.savepoint)")]
        + (try insertion.statements(conflict, rows: rows, condition: condition))
        + [PipelineStatement("SET CONSTRAINTS ALL IMMEDIATE")])
    guard let error = outcomes.lazy.compactMap(\.error).first else {
      try connection.execute("RELEASE SAVEPOINT \(Self.savepoint)")
      return nil
    }
    guard error.code == .server else { throw error }
    try connection.execute("ROLLBACK TO SAVEPOINT \(Self.savepoint)")
    return error
  }

  /// The first row whose key an earlier one has, which ON CONFLICT DO UPDATE refuses.
  private func secondOfKey() throws -> Int? {
    let key = try conflict.key
      .filter { name in insertion.source.columns.contains { $0.name == name } }
      .map { try SQLIdentifier.quoted($0) }
    guard !key.isEmpty else { return nil }
    let row = insertion.rowColumn
    return try connection.execute(
      """
      SELECT min(r.\(row)) FROM (
        SELECT \(row),
          row_number() OVER (PARTITION BY \(key.joined(separator: ", ")) ORDER BY \(row)) AS place
        FROM \(RowInsertion.table)) AS r
      WHERE r.place > 1
      """
    ).scalar.flatMap { Int($0) }
  }

  /// Where rows of the file refer to one another, only those are tried that refer to none of it: a
  /// row may stand before the one that it refers to.
  private func rootsOnly(_ error: PostgresError) throws -> String? {
    guard error.sqlState == .foreignKeyViolation,
      let constraint = try RowConstraint.named(by: error, of: insertion.target, on: connection),
      constraint.refersToItself
    else { return nil }
    let known = insertion.source.columns.map(\.name)
    let pairs = zip(constraint.columns, constraint.referenced).filter { child, parent in
      known.contains(child) && known.contains(parent)
    }
    guard !pairs.isEmpty else { return nil }
    let matches = try pairs.map { child, parent in
      "p.\(try SQLIdentifier.quoted(parent)) = r.\(try SQLIdentifier.quoted(child))"
    }
    return "NOT EXISTS (SELECT FROM \(RowInsertion.table) AS p WHERE "
      + "\(matches.joined(separator: " AND ")))"
  }
}
