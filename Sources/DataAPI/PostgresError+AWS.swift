internal import AWS
internal import Postgres
internal import SQLSyntax

extension PostgresError {
  /// What a failure on the way to the Data API means for the caller of a connection.
  ///
  /// - Parameter edited: The statement as it was sent, for the error's position.
  init(_ error: AWSError, edited: EditedText? = nil) {
    switch error.code {
    case .cancelled:
      self.init(.cancelled, "interrupted")
    case .configuration, .noCredentials:
      self.init(.cannotConnect, error.message)
      hint =
        error.remedy ?? "see with `aws configure list` who AWS's own command line takes you for"
    case .unreachable:
      self.init(.cannotConnect, error.message)
      hint = error.remedy ?? "check the endpoint, the region, the network and HTTPS_PROXY"
    case .noAnswer, .badAnswer:
      self.init(
        .connectionLost, "the Data API did not answer: \(error.message)",
        sqlState: .connectionFailure)
    case .refused:
      self.init(refused: error, edited: edited)
    }
  }

  private init(refused error: AWSError, edited: EditedText?) {
    switch error.rdsDataType {
    case .databaseError?:
      guard let server = ServerMessage.error(error.message) else {
        self.init(.server, error.message)
        return
      }
      self = server
      position = server.position.map { edited?.originalPosition(of: $0) ?? $0 }
      // The server refused the session.
      if sqlState?.errorClass == "08" || sqlState == "3D000" || sqlState == "28P01" {
        code = .cannotConnect
      }
    case .statementTimeout?:
      self.init(
        .server, "the statement took longer than the Data API allows a call",
        sqlState: .queryCanceled)
      hint = "a single call may take 45 seconds"
    case .transactionNotFound?:
      self.init(
        .connectionLost,
        "the transaction is gone: the Data API ends one that lies idle for 3 minutes",
        sqlState: "25P03")
    case .unsupportedResult?:
      self.init(.invalidRequest, error.message)
      hint = "cast the column to text"
    case .validation?, .serialization?, .requestTooLarge?:
      self.init(.invalidRequest, error.message)
    case .databaseResuming?:
      self.init(.cannotConnect, "the cluster is still resuming: \(error.message)")
      hint = "try again in a minute"
    case .httpEndpointNotEnabled?:
      self.init(.cannotConnect, error.message)
      hint = "enable the Data API with aws rds enable-http-endpoint --resource-arn ARN"
    case .accessDenied?, .forbidden?:
      self.init(.cannotConnect, error.message)
      hint =
        "the caller needs rds-data:* on the cluster and secretsmanager:GetSecretValue on the secret"
    default:
      self.init(.cannotConnect, error.type.map { "\($0): \(error.message)" } ?? error.message)
    }
  }
}
