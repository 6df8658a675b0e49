internal import AWS
internal import Postgres
internal import SQLSyntax

extension DataAPIConnection {
  /// Runs a query; one whose result the API cannot give is run once more by a program, which gives every
  /// value as text and as many pages as there are.
  func query(
    _ statement: PipelineStatement, _ shape: StatementShape, _ binding: StatementBinding
  ) throws -> QueryResult {
    do {
      try checkLength(binding.edited.text)
      let response = try execute(
        binding.edited.text, binding.parameters, transaction: state.id, isIdempotent: false)
      return Self.result(response, statement.sql)
    } catch let error as AWSError {
      guard error.isUnfitResult, shape.runsInFunction, try mayCreateFunctions() else {
        try fail(error, binding.edited)
      }
      return try queryInProgram(statement, shape)
    }
  }

  private func queryInProgram(
    _ statement: PipelineStatement, _ shape: StatementShape
  ) throws -> QueryResult {
    let isAlone = state.id == nil
    if isAlone { _ = try begin("") }
    // Nothing is to be kept of a query, nor of the function that ran it.
    defer { if isAlone { _ = try? rollback() } }
    let outcome = try ProgramRun(connection: self).run([(statement, shape)])[0]
    if let error = outcome.error { throw error }
    return outcome.result ?? QueryResult(command: "")
  }

  static func result(_ response: ExecuteStatementResponse, _ sql: String) -> QueryResult {
    let columns = response.columnMetadata ?? []
    let records = response.records ?? []
    var bytes = 0
    var cells: [String?] = []
    cells.reserveCapacity(columns.count * records.count)
    for record in records {
      for (index, field) in record.enumerated() {
        let text = FieldText.text(
          field, type: index < columns.count ? columns[index].typeName : nil)
        bytes += text?.utf8.count ?? 0
        cells.append(text)
      }
    }
    let word = sql.drop { !$0.isLetter }.prefix { $0.isLetter }.uppercased()
    let count = columns.isEmpty ? response.numberOfRecordsUpdated ?? 0 : records.count
    let tag =
      switch word {
      case "INSERT": "INSERT 0 \(count)"
      case "UPDATE", "DELETE", "MERGE", "SELECT": "\(word) \(count)"
      default: word
      }
    return QueryResult(
      columns: columns.map {
        QueryResult.Column(
          name: $0.label ?? $0.name ?? "", typeOID: $0.typeName == "bool" ? 16 : 0)
      },
      cells: cells, commandTag: tag, rowCount: count, byteCount: bytes)
  }
}
