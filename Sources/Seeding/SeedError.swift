package import Postgres
package import SQLSyntax
internal import Wording

/// Why seed files could not be read, planned or run.
package struct SeedError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Code: Sendable, Equatable {
    /// The folder is not there or cannot be read.
    case missingFolder
    /// There is no profile of a name.
    case unknownProfile
    /// There is no file of a name.
    case unknownFile
    /// A file cannot be read.
    case unreadableFile
    /// A file is not UTF-8.
    case invalidEncoding
    /// A file holds no statement, or no header line.
    case emptyFile
    /// The name of a file of rows names no table.
    case invalidName
    /// PostgreSQL's parser refuses a file.
    case syntax
    /// Rows of the same random seed were made up by another plan.
    case generationDiffers
    /// No rows can be made for a table.
    case unfillable
    /// A file of YAML does not say what it should.
    case invalidManifest
    /// A `-- dbtool:` comment says something unknown.
    case unknownDirective
    /// A file holds a statement that a seed may not hold.
    case forbiddenStatement
    /// A `${…}` stands where no value can take its place.
    case misplacedVariable
    /// The header line of a file is not right.
    case invalidHeader
    /// Files want to be run for tenants and none was named.
    case noTenants
    /// A tenant's id cannot be used.
    case invalidTenant
    /// The connection is in a transaction already.
    case openTransaction
    /// The role that tenants' files run as is not subject to row-level security.
    case unrestrictedRole
    /// A file left the role or the tenant's context that it was started in.
    case escapedContext
    /// There is no table of the name that a file has.
    case unknownTable
    /// A file has a column that the table lacks.
    case unknownColumn
    /// A table has no such key.
    case unknownKey
    /// The server refused a statement of a file.
    case statementFailed
    /// The server refused a row of a file, or all of them.
    case rowsRefused
    /// A file changed between planning and running.
    case fileChanged
    /// The server refused a statement of dbtool itself, or COMMIT.
    case transactionFailed
    /// There is no such tenant, or no table of tenants.
    case unknownTenant
    /// A mask does not fit its column.
    case unfitMask
    /// Columns look personal and have no mask.
    case unmasked
    /// The folder that rows are to be written into cannot be used.
    case unusableFolder
    /// Rows refer to rows of another tenant.
    case foreignRows
    /// Rows of a tenant are left, or rows of another one have changed.
    case notProven
    /// The connection ended; whether the last step was committed is in the ledger.
    case connectionLost
  }

  /// What kind of failure it is.
  package var code: Code
  /// What is wrong, in one line.
  package var message: String
  /// The path of the file that it is about.
  package var file: String?
  /// The line of the file, counted from 1.
  package var line: Int?
  /// The column of that line in characters, counted from 1.
  package var column: Int?
  /// The column of a file of rows that it is about.
  package var field: String?
  /// The value, or the line, that was refused; it may be shortened.
  package var value: String?
  /// The tenant for which the file ran.
  package var tenant: String?
  /// The statement that was refused.
  package var statement: String?
  /// What the server or the way to it said.
  package var cause: PostgresError?
  /// What to do about it.
  package var remedy: String?
  /// What the run did before it failed, which stays and is skipped next time; nil outside a run.
  package var report: SeedReport?

  /// An error of a kind with its message.
  package init(
    _ code: Code, _ message: String, file: String? = nil, location: SourceLocation? = nil,
    statement: String? = nil, cause: PostgresError? = nil, remedy: String? = nil
  ) {
    self.code = code
    self.message = message
    self.file = file
    line = location?.line
    column = location?.column
    self.statement = statement
    self.cause = cause
    self.remedy = remedy
  }

  /// One sentence that begins with file, line and column, then a line for each further detail.
  package var description: String {
    let place = [file, line.map { String($0) }, column.map { String($0) }].compactMap(\.self)
      .joined(separator: ":")
    var lines = [place.isEmpty ? message : "\(place): \(message)"]
    if let state = cause?.sqlState { lines[0] += " (SQLSTATE \(state))" }
    if let field { lines.append("  column: \(field)") }
    if let value { lines.append("  value: \(value.isEmpty ? "\"\"" : value.excerpt)") }
    if let tenant { lines.append("  tenant: \(tenant.debugDescription.excerpt)") }
    if let detail = cause?.detail { lines.append("  detail: \(detail)") }
    if let hint = cause?.hint { lines.append("  hint: \(hint)") }
    // For a row of a file the context has become line, column and value.
    if value == nil, let context = cause?.context { lines.append("  context: \(context)") }
    if let statement { lines.append("  statement: \(statement.excerpt)") }
    if let remedy { lines.append("  \(remedy)") }
    if let report {
      lines.append(
        "  Of this step nothing was kept"
          + (report.ranCount == 0
            ? "." : "; \(report.ranCount) before it were, and will be skipped next time."))
    }
    return lines.joined(separator: "\n")
  }
}
