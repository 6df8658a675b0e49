internal import AWS
internal import Postgres

/// An error that a client is told.
struct ServiceFailure: Error {
  var type: RDSDataErrorType
  var message: String?
  /// The server process that goes on, of a statement whose time was up.
  var connectionID: Int?

  init(_ type: RDSDataErrorType, _ message: String?) {
    self.type = type
    self.message = message
  }

  /// An error of the database, in the form that Aurora PostgreSQL Serverless v2 gives it.
  init(_ error: PostgresError, position: (Int) -> Int = { $0 }) {
    switch error.code {
    case .cannotConnect where error.message.contains("password authentication failed"):
      self.init(.invalidSecret, "The database user's password was refused")
    case .cannotConnect where error.message.contains("FATAL:"):
      self.init(.databaseError, Self.fatal(error.message))
    case .cannotConnect, .connectionLost:
      self.init(.databaseUnavailable, nil)
    case .invalidRequest:
      self.init(.badRequest, error.message)
    case .server, .cancelled:
      if error.sqlState == "42601",
        error.message.hasPrefix("cannot insert multiple commands")
      {
        self = .multistatement
        return
      }
      var text = "ERROR: \(error.message)"
      if let detail = error.detail { text += "; Detail: \(detail)" }
      if let hint = error.hint { text += "; Hint: \(hint)" }
      if let place = error.position { text += "; Position: \(position(place))" }
      if let context = error.context { text += "; Where: \(context)" }
      self.init(.databaseError, text + "; SQLState: \(error.sqlState?.rawValue ?? "XX000")")
    }
  }

  static let multistatement = ServiceFailure(.validation, "Multistatements aren't supported.")

  /// What the server said when it refused the session; libpq tells no SQLSTATE.
  private static func fatal(_ message: String) -> String {
    let reason = message.firstRange(of: "FATAL:").map {
      message[$0.upperBound...].drop { $0 == " " }
    }
    let text = String(reason ?? message[...])
    let state = text.contains("does not exist") ? "3D000" : "08004"
    return "FATAL: \(text); SQLState: \(state)"
  }
}
