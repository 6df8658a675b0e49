package import Postgres
package import SQLSyntax
internal import Wording

/// Why policy files could not be read, planned or applied.
package struct PolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Code: Sendable, Equatable {
    /// The folder is not there or cannot be read.
    case missingFolder
    /// A file cannot be read.
    case unreadableFile
    /// A file is not UTF-8.
    case invalidEncoding
    /// A file holds no statement.
    case emptyFile
    /// A manifest does not say what it should.
    case manifest
    /// The manifest and the database do not fit together.
    case unresolved
    /// PostgreSQL's parser refuses a file.
    case syntax
    /// A file holds a statement that cannot be part of the one transaction.
    case forbiddenStatement
    /// Nobody has decided on a table.
    case undecided
    /// A change would let more through than before, and nobody agreed to it.
    case loosening
    /// A tenant could reach another one's rows, or that could not be found out; nothing was changed.
    case notIsolated
    /// The connection is in a transaction already.
    case openTransaction
    /// The server refused a statement of a file; nothing was changed.
    case statementFailed
    /// The server refused a statement of dbtool itself, or COMMIT; nothing was changed.
    case transactionFailed
    /// The connection ended; whether the transaction was committed is not known.
    case connectionLost
  }

  /// What kind of failure it is.
  package var code: Code
  /// What is wrong, in one line.
  package var message: String
  /// The path of the file that it is about.
  package var file: String?
  /// The place in the file.
  package var location: SourceLocation?
  /// The statement that was refused.
  package var statement: String?
  /// What the server or the way to it said.
  package var cause: PostgresError?
  /// What to do about it.
  package var remedy: String?

  /// An error of a kind with its message.
  package init(
    _ code: Code, _ message: String, file: String? = nil, location: SourceLocation? = nil,
    statement: String? = nil, cause: PostgresError? = nil, remedy: String? = nil
  ) {
    self.code = code
    self.message = message
    self.file = file
    self.location = location
    self.statement = statement
    self.cause = cause
    self.remedy = remedy
  }

  /// One sentence that begins with file, line and column, then a line for each further detail.
  package var description: String {
    var place = file ?? ""
    if let location { place += ":\(location)" }
    var lines = [place.isEmpty ? message : "\(place): \(message)"]
    if let state = cause?.sqlState { lines[0] += " (SQLSTATE \(state))" }
    if let detail = cause?.detail { lines.append("  detail: \(detail)") }
    if let hint = cause?.hint { lines.append("  hint: \(hint)") }
    if let context = cause?.context { lines.append("  context: \(context)") }
    if let statement { lines.append("  statement: \(statement.excerpt)") }
    if let remedy { lines.append("  \(remedy)") }
    return lines.joined(separator: "\n")
  }
}
