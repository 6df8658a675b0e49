internal import Postgres

/// Makes the error that tells which row of a file the server refused.
struct RowRefusal {
  /// Where the row is, as far as known.
  struct Place {
    var row: RowLocator.Row?
    var line: Int?
    var field: String?
    var value: String?
  }

  let insertion: RowInsertion
  let path: String
  let connection: any Connection

  /// The error about a row at a place.
  ///
  /// Where the server does not name the column the constraint's columns are looked up, which the
  /// transaction must be able to do.
  func error(_ cause: PostgresError, _ place: Place?) throws -> SeedError {
    var refusal = error(cause)
    guard let place else { return refusal }
    refusal.line = place.line
    refusal.field = place.field
    refusal.value = place.value
    guard place.field == nil, let row = place.row else { return refusal }
    guard cause.sqlState != "22P04" else {
      // Too few values or too many, of which the Data API shows none.
      refusal.value = place.value ?? row.values.map { $0 ?? "" }.joined(separator: ",")
      return refusal
    }
    let columns = try columns(of: cause)
    let source = insertion.source.columns.map(\.name)
    let indices = columns.compactMap { name in source.firstIndex(of: name) }
      .filter { row.values.indices.contains($0) }
    guard !indices.isEmpty else { return refusal }
    refusal.field = indices.map { source[$0] }.joined(separator: ", ")
    refusal.value = indices.map { row.values[$0] ?? "NULL" }.joined(separator: ", ")
    return refusal
  }

  /// The error without a place.
  func error(_ cause: PostgresError) -> SeedError {
    SeedError(
      .rowsRefused, cause.message, file: path, cause: cause,
      remedy: cause.isPolicyRefusal
        ? "The application's role may not write these rows in this tenant's context." : nil)
  }

  /// The columns that an error is about.
  private func columns(of error: PostgresError) throws -> [String] {
    if let column = error.object?.column { return [column] }
    guard connection.transactionStatus == .inTransaction else { return [] }
    if let found = try RowConstraint.named(by: error, of: insertion.target, on: connection) {
      return found.columns
    }
    guard error.sqlState == "23502" else { return [] }
    return insertion.target.columns.map(\.name).filter { error.message.contains("\"\($0)\"") }
      .max { $0.count < $1.count }.map { [$0] } ?? []
  }
}
