import DatabaseInstrumentation
import Isolation
import Postgres
import SQLSyntax
import TestSupport
import Testing

/// A database of its own with a schema, and what a test asks of it.
struct PlantedSchema {
  let admin: LibPQConnection
  let database: TestDatabase

  /// Runs `body` over a database that holds `schema` and whatever `hole` does to it.
  static func with<Result>(
    _ schema: String = hotel, hole: String = "", server: TestServer? = nil,
    _ body: (PlantedSchema) throws -> Result
  ) throws -> Result {
    let server = try server ?? TestServer.shared
    try server.ensureRoles()
    let isHotel = schema == hotel
    let template =
      isHotel
      ? try server.template("hotel") { try run(rights + ";" + hotel, on: $0) } : "template0"
    return try server.withDatabase(template: template) { admin, database in
      let planted = PlantedSchema(admin: admin, database: database)
      if !isHotel { try run(rights + ";" + schema, on: admin) }
      try planted.run(hole)
      return try body(planted)
    }
  }

  /// Runs statements one after another, as the superuser.
  func run(_ script: String) throws { try Self.run(script, on: admin) }

  private static func run(_ script: String, on connection: LibPQConnection) throws {
    for statement in try StatementSplitter.split(script) { try connection.execute(statement.text) }
  }

  /// What `verify-rls` says, in a session of its own.
  func verify(
    _ options: IsolationOptions = .init(roles: ["app_user"]),
    copies: [IsolationVerifier.Copy] = []
  ) throws -> IsolationReport {
    let session = try database.connect()
    defer { session.close() }
    return try verify(options, over: session, copies: copies)
  }

  /// What `verify-rls` says over `session`.
  func verify(
    _ options: IsolationOptions = .init(roles: ["app_user"]), over session: LibPQConnection,
    copies: [IsolationVerifier.Copy] = []
  ) throws -> IsolationReport {
    let client = InstrumentedClient(
      connection: session,
      settings: ContextSettings(tenant: options.tenantSetting, user: options.userSetting),
      mode: .exempt, sink: OperationSummary())
    return try IsolationVerifier(options: options, client: client, copies: copies).verify()
  }

  /// Every table with its number of rows, and every relation that exists.
  func fingerprint() throws -> String? {
    try admin.execute(
      """
      SELECT string_agg(c.oid::regclass || ':' || (xpath('/row/c/text()',
          query_to_xml(format('SELECT count(*) AS c FROM %s', c.oid::regclass), false, true, '')))[1],
        ' ' ORDER BY c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      """
    ).scalar
  }
}

extension IsolationReport {
  /// The verdicts on the table called `name`.
  func operations(_ name: String) -> Operations? {
    tables.first { $0.name == name }?.operations
  }

  /// The notes on the table called `name`, joined.
  func notes(_ name: String) -> String {
    tables.first { $0.name == name }?.notes.joined(separator: "; ") ?? ""
  }

  /// The findings in short, for comparisons and messages.
  var summary: [String] { findings.map(Self.summary) }

  /// A finding in short.
  static func summary(of finding: Finding) -> String {
    "\(finding.severity.rawValue) \(finding.rule) \(finding.operation) \(finding.object) \(finding.role)"
  }
}

extension IsolationReport.Operations {
  init(
    _ select: OperationVerdict, _ insert: OperationVerdict, _ update: OperationVerdict,
    _ delete: OperationVerdict
  ) {
    self.init(all: select)
    self.insert = insert
    self.update = update
    self.delete = delete
  }
}
