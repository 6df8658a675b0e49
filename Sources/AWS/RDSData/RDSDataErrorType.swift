/// The errors of the RDS Data API, by the names in its service model, and those that it is seen to
/// answer with besides.
package enum RDSDataErrorType: String, Sendable, CaseIterable {
  case accessDenied = "AccessDeniedException"
  case badRequest = "BadRequestException"
  case databaseError = "DatabaseErrorException"
  case databaseNotFound = "DatabaseNotFoundException"
  case databaseResuming = "DatabaseResumingException"
  case databaseUnavailable = "DatabaseUnavailableException"
  case forbidden = "ForbiddenException"
  case httpEndpointNotEnabled = "HttpEndpointNotEnabledException"
  case internalServerError = "InternalServerErrorException"
  case invalidResourceState = "InvalidResourceStateException"
  case invalidSecret = "InvalidSecretException"
  case notFound = "NotFoundException"
  case secretsError = "SecretsErrorException"
  case serviceUnavailable = "ServiceUnavailableError"
  case statementTimeout = "StatementTimeoutException"
  case transactionNotFound = "TransactionNotFoundException"
  case unsupportedResult = "UnsupportedResultException"
  // Not in the model.
  case validation = "ValidationException"
  case serialization = "SerializationException"
  case unknownOperation = "UnknownOperationException"
  case internalFailure = "InternalFailure"
  case throttling = "ThrottlingException"
  case invalidSignature = "InvalidSignatureException"
  case missingToken = "MissingAuthenticationTokenException"
  case unrecognizedClient = "UnrecognizedClientException"
  case incompleteSignature = "IncompleteSignatureException"
  case requestTooLarge = "RequestEntityTooLargeException"

  /// The HTTP status that goes with it.
  package var status: Int {
    switch self {
    case .accessDenied, .forbidden, .invalidSignature, .missingToken, .unrecognizedClient,
      .incompleteSignature:
      403
    case .databaseNotFound, .notFound, .transactionNotFound, .unknownOperation: 404
    case .requestTooLarge: 413
    case .internalServerError, .internalFailure: 500
    case .serviceUnavailable: 503
    case .databaseUnavailable: 504
    default: 400
    }
  }
}

extension AWSError {
  /// True when another call of the same transaction is still at work.
  package var isStillRunning: Bool {
    rdsDataType == .databaseError && message.contains("Transaction is still running a query")
  }

  /// True when a statement ran, and its result is more than an answer holds or of a type that it has no
  /// member for.
  package var isUnfitResult: Bool {
    rdsDataType == .unsupportedResult || message.contains("response size limit")
      || message.contains("Packet for query is too large")
  }

  /// The error of the RDS Data API that it is; nil for any other.
  package var rdsDataType: RDSDataErrorType? { type.flatMap(RDSDataErrorType.init) }
}
