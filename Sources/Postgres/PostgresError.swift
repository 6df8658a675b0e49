/// Why PostgreSQL, or the way to it, refused something.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: Sendable, Equatable {
    /// No connection could be made.
    case cannotConnect
    /// The connection ended while it was in use; what the server did last is not known.
    case connectionLost
    /// The server answered with an error.
    case server
    /// The request was never sent, because it cannot be right.
    case invalidRequest
    /// The caller asked to stop.
    case cancelled
  }

  /// What kind of failure it is.
  public var code: Code
  /// The primary message, one line, as the server words it.
  public var message: String
  /// SQLSTATE, when the server gave one.
  public var sqlState: SQLState?
  /// The server's DETAIL.
  public var detail: String?
  /// The server's HINT.
  public var hint: String?
  /// The server's CONTEXT.
  public var context: String?
  /// Position in the statement in characters, counted from 1.
  public var position: Int?
  /// The schema, table, column and constraint that the error is about, when the server says so.
  public var object: ErrorObject?
  /// The server function that raised the error; not translated, unlike the message.
  public var serverFunction: String?

  /// An error of a kind with its message.
  public init(_ code: Code, _ message: String, sqlState: SQLState? = nil) {
    self.code = code
    self.message = message
    self.sqlState = sqlState
  }

  /// The message, with SQLSTATE, detail and hint where there are any.
  public var description: String {
    var text = message
    if let sqlState { text += " (SQLSTATE \(sqlState))" }
    if let detail { text += ". \(detail)" }
    if let hint { text += ". Hint: \(hint)" }
    return text
  }

  /// True when the server, its machine or the way to it failed, whatever the statement was: the server
  /// was shut down, has no disk or memory left, or too many sessions.
  ///
  /// PostgreSQL manual, appendix A: classes 08, 53, 57 and 58, without a cancelled statement.
  public var isServerTrouble: Bool {
    switch code {
    case .cannotConnect, .connectionLost: return true
    case .invalidRequest, .cancelled: return false
    case .server:
      guard let sqlState, sqlState != .queryCanceled else { return false }
      return ["08", "53", "57", "58"].contains(sqlState.errorClass)
    }
  }

  /// True when a row-level security policy refused the new row, as opposed to a missing privilege.
  ///
  /// Both are SQLSTATE 42501. The server function `ExecWithCheckOptions` raises the first; where a
  /// transport does not carry the function's name the untranslated message tells.
  public var isPolicyRefusal: Bool {
    guard sqlState == .insufficientPrivilege else { return false }
    if let serverFunction { return serverFunction == "ExecWithCheckOptions" }
    return message.contains("row-level security policy")
  }
}

/// The catalog object that a server error names.
public struct ErrorObject: Sendable, Equatable {
  /// Schema of the table.
  public var schema: String?
  /// The table.
  public var table: String?
  /// The column.
  public var column: String?
  /// The data type or domain.
  public var dataType: String?
  /// The constraint.
  public var constraint: String?

  /// An object from the parts of its name that are known.
  public init(
    schema: String? = nil, table: String? = nil, column: String? = nil, dataType: String? = nil,
    constraint: String? = nil
  ) {
    self.schema = schema
    self.table = table
    self.column = column
    self.dataType = dataType
    self.constraint = constraint
  }
}
