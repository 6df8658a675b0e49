package import Postgres

/// Why migrations cannot be read, planned, applied or verified, and what to do next.
package struct MigrationError: Error, Sendable, Equatable {
  /// What kind of failure it is.
  package enum Code: String, Sendable, Equatable {
    /// The folder is missing or cannot be listed.
    case folderUnreadable
    /// A file cannot be read.
    case fileUnreadable
    /// A file is not UTF-8 text.
    case invalidUTF8
    /// A file's name is not `VERSION_name.up.sql`, `.down.sql` or `.verify.sql`.
    case badFileName
    /// Two files claim the same version.
    case duplicateVersion
    /// A down or verify file stands alone.
    case orphanFile
    /// A file holds no statement.
    case emptyFile
    /// A `-- dbtool:` comment cannot be understood.
    case badDirective
    /// PostgreSQL's parser refuses a file.
    case syntax
    /// A file begins or ends transactions itself.
    case transactionControl
    /// A file copies from or to the client, which has no data to give.
    case clientCopy
    /// A file says that it is in another encoding than UTF-8.
    case clientEncoding
    /// An applied file is not what was applied.
    case editedFile
    /// An applied version has no file.
    case missingFile
    /// A version that is not applied is older than one that is.
    case outOfOrder
    /// A file stands for several migrations, and only some of them are applied.
    case partlyReplaced
    /// No such version, or not in the state that the request needs.
    case unknownVersion
    /// A migration has no way back.
    case noDownFile
    /// A statement cannot run inside a transaction, and the file does not say that it has none.
    case needsNoTransaction
    /// A file names a variable that has no value.
    case undefinedVariable
    /// A file needs a session of its own, and a pooler gives it none.
    case needsSession
    /// A migration of another tool that a file needs is not applied.
    case missingRequirement
    /// Several things at once: see `related`.
    case several
    /// The ledger cannot be read, made or written.
    case ledger
    /// Another runner holds the lock longer than this one may wait.
    case locked
    /// The database changed between planning and applying.
    case changedMeanwhile
    /// The server refused a statement.
    case statementFailed
    /// The server refused to commit.
    case commitFailed
    /// The connection was lost when a migration may or may not have been committed.
    case outcomeUnknown
    /// The caller asked to stop.
    case interrupted
    /// A verification query did not answer with one true row.
    case verificationFailed
    /// Anything else that the database or the connection refused.
    case database
  }

  /// What kind of failure it is.
  package var code: Code
  /// One sentence without a full stop at its end and without the place.
  package var message: String
  /// The file that it is about.
  package var file: String?
  /// Line in `file`, counted from 1.
  package var line: Int?
  /// Column in `line` in characters, counted from 1.
  package var column: Int?
  /// The statement that failed, whole.
  package var statement: String?
  /// What the server said.
  package var postgres: PostgresError?
  /// How a file differs from what was applied.
  package var difference: LineDifference?
  /// What the database looks like now.
  package var state: String?
  /// What to do next.
  package var remedy: String?
  /// The single failures, when there are several.
  package var related: [MigrationError] = []

  /// A failure of a kind with its message.
  package init(_ code: Code, _ message: String, file: String? = nil, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.file = file
    self.remedy = remedy
  }

  /// The one failure of `errors`, or one that lists them all.
  package init?(all errors: [MigrationError], summary: String) {
    guard let first = errors.first else { return nil }
    if errors.count == 1 {
      self = first
    } else {
      self.init(.several, "\(errors.count) \(summary)")
      related = errors
    }
  }
}

extension MigrationError: CustomStringConvertible {
  /// `file:line:column`, as far as known.
  package var place: String? {
    guard let file else { return nil }
    guard let line else { return file }
    guard let column else { return "\(file):\(line)" }
    return "\(file):\(line):\(column)"
  }

  /// One sentence with place and SQLSTATE.
  package var summary: String {
    var text = place.map { "\($0): " } ?? ""
    text += message
    if let state = sqlState { text += " (SQLSTATE \(state))" }
    return text
  }

  /// What the server said, or would have said: its own parser refuses a file before it does.
  package var sqlState: SQLState? {
    let isParserError =
      code == .syntax && (message.contains(" at or near ") || message.contains(" at end of input"))
    return postgres?.sqlState ?? (isParserError ? "42601" : nil)
  }

  /// The sentence, then a line for each thing that helps to understand and to go on.
  package var description: String {
    var lines = [summary]
    if let statement { lines.append("  statement: \(Self.shortened(statement))") }
    if let detail = postgres?.detail { lines.append("  detail: \(detail)") }
    if let hint = postgres?.hint { lines.append("  hint: \(hint)") }
    if let context = postgres?.context { lines.append("  context: \(context)") }
    if let difference {
      lines += "\(difference)".split(separator: "\n").map { "  \($0)" }
    }
    if let state { lines.append("  state: \(state)") }
    for error in related {
      lines.append("  - \(error.summary)" + (error.remedy.map { "; \($0)" } ?? ""))
    }
    if let remedy { lines.append("  next: \(remedy)") }
    return lines.joined(separator: "\n")
  }

  /// `sql` on one line, cut to what a terminal shows.
  package static func shortened(_ sql: String, limit: Int = 160) -> String {
    // Cut first: the statement may be megabytes long.
    let head = sql.prefix(limit * 4)
    let line = head.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if line.count <= limit, head.endIndex == sql.endIndex { return line }
    return line.prefix(limit) + "…"
  }
}
