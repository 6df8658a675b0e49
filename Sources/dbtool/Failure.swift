import AWS
import DatabaseInstrumentation
import Databases
import Isolation
import LocalPostgres
import Migrations
import OperationMetrics
import Policies
import Postgres
import Reports
import SQLSyntax
import Seeding
import Stacks
import YAML

/// An error as the user is told of it.
struct Failure: Sendable {
  /// What is in the JSON form.
  struct Body: Encodable, Sendable {
    var message: String
    var file: String?
    var line: Int?
    var column: Int?
    /// The column of a table, and its value.
    var field: String?
    var value: String?
    var statement: String?
    var tenant: String?
    var sqlstate: String?
    var detail: String?
    var hint: String?
    /// What the database looks like now.
    var state: String?
    /// The single failures, when there are several.
    var related: [String]?
    var remedy: String?
    var exitCode: Int32

    /// The same with passwords masked.
    var withoutPasswords: Body {
      var copy = self
      copy.message = ErrorText.withoutPasswords(message)
      copy.statement = statement.map(ErrorText.withoutPasswords)
      copy.detail = detail.map(ErrorText.withoutPasswords)
      copy.hint = hint.map(ErrorText.withoutPasswords)
      copy.related = related?.map(ErrorText.withoutPasswords)
      return copy
    }
  }

  var status: ExitStatus
  private var body: Body
  private var text: String

  /// One sentence, without passwords.
  var summary: String { ErrorText.withoutPasswords(body.message) }

  /// All that is known, without passwords; may have several lines.
  var details: String { ErrorText.withoutPasswords(text) }

  /// What programs are told, without passwords.
  var publicBody: Body { body.withoutPasswords }

  /// A mistake on the command line.
  init(usage message: String) {
    self.init(message, status: .usage)
  }

  init(_ message: String, status: ExitStatus, remedy: String? = nil) {
    self.status = status
    text = message + (remedy.map { "\n  next: " + $0 } ?? "")
    body = Body(message: message, remedy: remedy, exitCode: status.rawValue)
  }

  init(_ error: any Error) {
    switch error {
    case let error as UsageError:
      self.init(error.message, status: .usage, remedy: error.remedy)
    case let error as YAMLSectionError:
      self.init(error.description, status: .usage, remedy: error.remedy)
    case let error as DatabaseURLError:
      self.init(error.message, status: .usage, remedy: error.remedy)
    case let error as StackError:
      self.init(error.message, status: .usage, remedy: error.remedy)
    case let error as MigrationError: self.init(migration: error)
    case let error as PolicyError: self.init(policy: error)
    case let error as SeedError: self.init(seed: error)
    case let error as IsolationError: self.init(error.description, status: .usage)
    case let error as MetricError: self.init(error.description, status: .usage)
    case let error as ContextError: self.init(error.description, status: .usage)
    case let error as AWSError:
      self.init(
        error.message, status: error.code == .configuration ? .usage : .database,
        remedy: error.remedy)
    case let error as LocalPostgresError:
      let isAsked = [.invalidName, .extensionRefused].contains(error.code)
      let status: ExitStatus = isAsked ? .usage : .database
      self.init(error.message, status: status, remedy: error.remedy)
    case let error as PostgresError:
      self.init(Self.sentence(error), status: .database, remedy: Self.remedy(error))
      add(error)
    default:
      self.init("\(error)", status: .database)
    }
    if Interrupts.cancellation.isRequested {
      status = Interrupts.status
      body.exitCode = status.rawValue
    } else if body.sqlstate == SQLState.readOnlyTransaction.rawValue,
      body.remedy?.contains("primary") != true
    {
      let remedy =
        "connect to the primary server, and see that default_transaction_read_only is off"
      add(remedy: remedy)
    } else if body.remedy == nil, let remedy = Self.remedyOfCircumstance(error) {
      add(remedy: remedy)
    }
  }

  private mutating func add(remedy: String) {
    body.remedy = remedy
    text += "\n  next: " + remedy
  }

  private init(migration error: MigrationError) {
    self.init(error.summary, status: error.postgres == nil ? .usage : .database)
    text = error.description
    body.file = error.file
    body.line = error.line
    body.column = error.column
    body.statement = error.statement
    body.state = error.state
    body.related = error.related.isEmpty ? nil : error.related.map(\.summary)
    body.remedy = error.remedy
    body.sqlstate = error.sqlState?.rawValue
    if let cause = error.postgres { add(cause) }
  }

  private init(policy error: PolicyError) {
    let place = Self.place(error.file, error.location?.line, error.location?.column)
    self.init(
      Self.sentence(place + error.message, error.cause),
      status: error.cause == nil ? .usage : .database)
    text = error.description
    body.file = error.file
    body.line = error.location?.line
    body.column = error.location?.column
    body.statement = error.statement
    body.remedy = error.remedy
    if let cause = error.cause { add(cause) }
  }

  private init(seed error: SeedError) {
    self.init(
      Self.sentence(Self.place(error.file, error.line, error.column) + error.message, error.cause),
      status: [.notProven, .unmasked].contains(error.code)
        ? .found : error.cause == nil ? .usage : .database)
    text = error.description
    body.file = error.file
    body.line = error.line
    body.column = error.column
    body.statement = error.statement
    body.tenant = error.tenant
    body.field = error.field
    body.value = error.value
    body.remedy = error.remedy
    if let cause = error.cause { add(cause) }
  }

  /// `file:line:column: `, as far as known.
  private static func place(_ file: String?, _ line: Int?, _ column: Int?) -> String {
    let parts = [file, line.map(String.init), column.map(String.init)].compactMap(\.self)
    return parts.isEmpty ? "" : parts.joined(separator: ":") + ": "
  }

  private static func sentence(_ message: String, _ cause: PostgresError?) -> String {
    message + (cause?.sqlState.map { " (SQLSTATE \($0))" } ?? "")
  }

  private mutating func add(_ error: PostgresError) {
    body.sqlstate = error.sqlState?.rawValue
    body.detail = error.detail
    body.hint = error.hint
  }

  private static func sentence(_ error: PostgresError) -> String {
    switch error.code {
    case .cannotConnect: "cannot connect to the database: \(error.message)"
    case .connectionLost: "the connection to the database was lost: \(error.message)"
    case .cancelled: "interrupted"
    case .server, .invalidRequest: error.description
    }
  }

  private static func remedy(_ error: PostgresError) -> String? {
    switch error.code {
    case .cannotConnect:
      error.hint
        ?? "check --url (or DATABASE_URL), that the server runs, and the password (PGPASSWORD or ~/.pgpass)"
    default: nil
    }
  }

  /// Tells the user: one sentence on standard error, or an object on standard output.
  func report(asJSON: Bool, _ colours: ColourChoice) {
    if asJSON {
      Output.standard.write(JSON.text(["error": body.withoutPasswords]) + "\n")
    } else if status == .interrupted {
      let what = text == "interrupted" ? "" : "; " + text
      Output.error.write("dbtool: interrupted\(ErrorText.safe(what))\n")
    } else {
      Output.error.write(
        ErrorText.message("dbtool: error:", .bad, ErrorText.safe(text), colours))
    }
  }
}

/// A mistake in the command line or in the configuration.
struct UsageError: Error {
  var message: String
  var remedy: String?

  init(_ message: String, remedy: String? = nil) {
    self.message = message
    self.remedy = remedy
  }
}
