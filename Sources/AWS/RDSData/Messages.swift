/// The body of `POST /Execute`.
package struct ExecuteStatementRequest: Sendable, Codable {
  /// How numbers are given.
  package struct ResultSetOptions: Sendable, Codable {
    /// `STRING` or `DOUBLE_OR_LONG`.
    package var decimalReturnType: String?
    /// `LONG` or `STRING`.
    package var longReturnType: String?
  }

  package var resourceArn: String?
  package var secretArn: String?
  package var database: String?
  package var schema: String?
  package var sql: String?
  package var parameters: [SQLParameter]?
  package var transactionId: String?
  package var includeResultMetadata: Bool?
  package var continueAfterTimeout: Bool?
  package var resultSetOptions: ResultSetOptions?
  /// `NONE` or `JSON`.
  package var formatRecordsAs: String?

  /// An empty request.
  package init() {}
}

/// The answer to `POST /Execute`.
package struct ExecuteStatementResponse: Sendable, Codable {
  package var records: [[Field]]?
  package var columnMetadata: [ColumnMetadata]?
  package var numberOfRecordsUpdated: Int?
  package var generatedFields: [Field]?
  package var formattedRecords: String?

  /// An empty answer.
  package init() {}
}

/// The body of `POST /BatchExecute`.
package struct BatchExecuteStatementRequest: Sendable, Codable {
  package var resourceArn: String?
  package var secretArn: String?
  package var database: String?
  package var schema: String?
  package var sql: String?
  package var parameterSets: [[SQLParameter]]?
  package var transactionId: String?

  /// An empty request.
  package init() {}
}

/// The answer to `POST /BatchExecute`.
package struct BatchExecuteStatementResponse: Sendable, Codable {
  /// What became of one set of parameters.
  package struct UpdateResult: Sendable, Codable {
    /// Always empty with PostgreSQL.
    package var generatedFields: [Field]?

    /// A result without generated fields.
    package init() { generatedFields = [] }
  }

  package var updateResults: [UpdateResult]?

  /// An empty answer.
  package init() {}
}

/// The body of `POST /BeginTransaction`, `/CommitTransaction` and `/RollbackTransaction`.
package struct TransactionRequest: Sendable, Codable {
  package var resourceArn: String?
  package var secretArn: String?
  package var database: String?
  package var schema: String?
  package var transactionId: String?

  /// An empty request.
  package init() {}
}

/// The answer to `POST /BeginTransaction`, `/CommitTransaction` and `/RollbackTransaction`.
package struct TransactionResponse: Sendable, Codable {
  package var transactionId: String?
  package var transactionStatus: String?

  /// An empty answer.
  package init() {}
}
