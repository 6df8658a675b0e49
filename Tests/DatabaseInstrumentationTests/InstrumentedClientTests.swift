import DatabaseInstrumentation
import Postgres
import TestSupport
import Testing

private let count = "SELECT count(*) FROM x"
private let context = """
  SELECT current_setting('app.current_tenant_id', true),
    current_setting('app.current_user_id', true), current_user
  """

@Suite("Work in a tenant's context")
struct InstrumentedClientTests {
  @Test("The context holds for its transaction only")
  func contextEnds() throws {
    try Fixture.with { fixture in
      try fixture.client.withRLS(tenant: "a", user: "u") { connection in
        let row = try connection.execute(context).rows.first
        #expect(row?[0] == "a")
        #expect(row?[1] == "u")
        #expect(row?[2] == "app_user")
        #expect(try connection.execute(count).scalar == "2")
      }
      let row = try fixture.client.exempt { try $0.execute(context).rows.first }
      #expect(row?[0]?.isEmpty == true)
      #expect(row?[1]?.isEmpty == true)
      #expect(row?[2] != "app_user")
      #expect(fixture.client.connection.transactionStatus == .idle)
      // The next tenant does not inherit the user.
      try fixture.client.withRLS(tenant: "b") { connection in
        let found0 = try connection.execute(context).rows.first?[1]?.isEmpty
        #expect(found0 == true)
        let found1 = try connection.execute(count).scalar
        #expect(found1 == "1")
      }
    }
  }

  @Test("An error rolls back and ends the context", arguments: [true, false])
  func rollsBack(byServer: Bool) throws {
    try Fixture.with { fixture in
      #expect(throws: (any Error).self) {
        try fixture.client.withRLS(tenant: "a") { connection in
          try connection.execute("INSERT INTO x VALUES ('a', 9)")
          if byServer { try connection.execute("SELECT 1/0") } else { throw Interruption() }
        }
      }
      let found2 = try fixture.ids()
      #expect(found2 == ["1", "2", "3"])
      #expect(fixture.client.connection.transactionStatus == .idle)
      let found3 = try fixture.client.withRLS(tenant: "b") { try $0.execute(count).scalar }
      #expect(found3 == "1")
    }
  }

  @Test("Inside a context another tenant's is refused, the same one joins it")
  func nested() throws {
    try Fixture.with { fixture in
      let client = fixture.client
      try client.withRLS(tenant: "a") { _ in
        #expect(throws: ContextError.nestedContext) {
          try client.withRLS(tenant: "b") { try $0.execute(count) }
        }
        #expect(throws: ContextError.nestedContext) {
          try client.withRLS(tenant: "a", user: "u") { try $0.execute(count) }
        }
        #expect(throws: ContextError.nestedContext) {
          try client.batchWithRLS(tenant: "b", [PipelineStatement(count)])
        }
        #expect(throws: ContextError.exemptInsideTenant) { try client.exempt { _ in } }
        let found4 = try client.withRLS(tenant: "a") { try $0.execute(count).scalar }
        #expect(found4 == "2")
        #expect(client.connection.transactionStatus == .inTransaction)
      }
    }
  }

  @Test("Two spellings of an accented letter are not the same tenant")
  func normalization() throws {
    try Fixture.with { fixture in
      try fixture.client.withRLS(tenant: "caf\u{E9}") { _ in
        _ = #expect(throws: ContextError.nestedContext) {
          try fixture.client.withRLS(tenant: "cafe\u{301}") { try $0.execute(count) }
        }
      }
    }
  }

  @Test(
    "A hostile tenant id is a plain value that sees nothing and breaks nothing",
    arguments: [
      "'; DROP TABLE x; --", "' OR '1'='1", #"\'; DROP TABLE x; --"#, "\"", "$1", "a'||'", "a\n",
      " a", "A", "%", "a\u{200B}",
    ])
  func hostile(tenant: String) throws {
    try Fixture.with { fixture in
      try fixture.client.withRLS(tenant: tenant, user: tenant) { connection in
        let found5 = try connection.execute(context).rows.first?[0]
        #expect(found5 == tenant)
        let found6 = try connection.execute(count).scalar
        #expect(found6 == "0")
        let found7 = try connection.execute("UPDATE x SET id = 50").rowCount
        #expect(found7 == 0)
        let found8 = try connection.execute("DELETE FROM x").rowCount
        #expect(found8 == 0)
      }
      let results = try fixture.client.batchWithRLS(tenant: tenant, [PipelineStatement(count)])
      #expect(results.first?.scalar == "0")
      #expect(try fixture.ids() == ["1", "2", "3"])
    }
  }

  @Test("No tenant and a NUL in its id are refused before anything is sent")
  func refused() throws {
    try Fixture.with { fixture in
      let before = fixture.counting.waits
      #expect(throws: ContextError.missingTenant) {
        try fixture.client.withRLS(tenant: "") { _ in }
      }
      #expect(throws: ContextError.malformedTenant) {
        try fixture.client.withRLS(tenant: "a\0") { _ in }
      }
      #expect(throws: ContextError.malformedTenant) {
        try fixture.client.batchWithRLS(tenant: "\0a", [PipelineStatement(count)])
      }
      #expect(fixture.counting.waits == before)
      // A NUL elsewhere in the context is refused too, and leaves no transaction open.
      #expect(throws: PostgresError.self) {
        try fixture.client.withRLS(tenant: "a", user: "\0") { _ in }
      }
      #expect(fixture.client.connection.transactionStatus == .idle)
    }
  }

  @Test("A tenant id of one megabyte is a value like any other")
  func longTenant() throws {
    try Fixture.with { fixture in
      let tenant = String(repeating: "a", count: 1_048_576)
      try fixture.client.withRLS(tenant: tenant) { connection in
        #expect(try connection.execute(count).scalar == "0")
        try connection.execute("INSERT INTO x VALUES ($1, 4)", [.text(tenant)])
        #expect(try connection.execute(count).scalar == "1")
      }
    }
  }

  @Test("A batch waits once for the server and gives one result a statement")
  func batch() throws {
    try Fixture.with { fixture in
      let results = try fixture.client.batchWithRLS(
        tenant: "a",
        [
          PipelineStatement("INSERT INTO x VALUES ('a', $1)", [7]), PipelineStatement(count),
          PipelineStatement("SELECT current_user"),
        ])
      #expect(results.map(\.rowCount) == [1, 1, 1])
      #expect(results.map(\.scalar) == [nil, "3", "app_user"])
      #expect(fixture.counting.waits == 1)
      #expect(try fixture.ids() == ["1", "2", "3", "7"])
    }
  }

  @Test(
    "A batch with a refused statement has no effect, wherever that statement stands",
    arguments: [0, 1, 2])
  func batchIsAllOrNothing(place: Int) throws {
    try Fixture.with { fixture in
      var statements = [
        PipelineStatement("INSERT INTO x VALUES ('a', 7)", synchronizes: true),
        PipelineStatement("INSERT INTO x VALUES ('a', 8)", synchronizes: true),
      ]
      statements.insert(PipelineStatement("INSERT INTO x VALUES ('b', 9)"), at: place)
      let error = #expect(throws: PostgresError.self) {
        try fixture.client.batchWithRLS(tenant: "a", statements)
      }
      #expect(error?.isPolicyRefusal == true)
      let found9 = try fixture.ids()
      #expect(found9 == ["1", "2", "3"])
      #expect(fixture.client.connection.transactionStatus == .idle)
      let found10 = try fixture.client.withRLS(tenant: "a") { try $0.execute(count).scalar }
      #expect(found10 == "2")
    }
  }

  @Test("A batch whose COMMIT is refused reports it and has no effect")
  func batchCommit() throws {
    try Fixture.with { fixture in
      for statement in [
        "CREATE TABLE p (id int PRIMARY KEY)",
        "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
        "GRANT INSERT ON c TO app_user",
      ] { try fixture.admin.execute(statement) }
      let error = #expect(throws: PostgresError.self) {
        try fixture.client.batchWithRLS(
          tenant: "a", [PipelineStatement("INSERT INTO c VALUES (1)")])
      }
      #expect(error?.sqlState == .foreignKeyViolation)
      #expect(fixture.client.connection.transactionStatus == .idle)
      #expect(try fixture.admin.execute("SELECT count(*) FROM c").scalar == "0")
    }
  }

  @Test("Records carry tenant, kind, status, rows and bytes")
  func records() throws {
    try Fixture.with { fixture in
      try fixture.client.withRLS(tenant: "a") { connection in
        try connection.execute("SELECT id FROM x")
        try connection.execute("UPDATE x SET id = 5 WHERE id = $1", [1])
      }
      _ = try? fixture.client.batchWithRLS(
        tenant: "b",
        [
          PipelineStatement("INSERT INTO x VALUES ('a', 4)"), PipelineStatement("DELETE FROM x"),
        ])
      _ = try fixture.client.exempt { try $0.execute("SELECT 1") }
      _ = #expect(throws: ContextError.missingTenant) {
        try fixture.client.connection.execute("SELECT 2")
      }
      let lines = fixture.recorder.records.map { record in
        "\(record.tenant ?? "-") \(record.kind) \(record.status) \(record.rows)"
          + (record.isExempt ? " exempt" : "")
      }
      #expect(
        lines == [
          "a begin OK 0", "a select OK 1", "a select OK 2", "a update OK 1", "a commit OK 0",
          "b begin OK 0", "b select OK 1", "b insert 42501 0", "b delete skipped 0",
          "b commit skipped 0", "b rollback OK 0", "- select OK 1 exempt",
        ])
      let update = fixture.recorder.records.first { "\($0.kind)" == "update" }
      #expect(update?.bytesSent == "UPDATE x SET id = 5 WHERE id = $1".utf8.count + 1)
      #expect(fixture.recorder.records.allSatisfy { $0.duration > .zero })
    }
  }

  @Test("A summary counts by tenant, kind and status")
  func summary() throws {
    try Fixture.with { fixture in
      let summary = OperationSummary()
      let client = InstrumentedClient(
        connection: fixture.counting, role: "app_user", sink: summary)
      for _ in 0..<3 { try client.withRLS(tenant: "a") { _ = try $0.execute("TABLE x") } }
      let figures = summary.snapshot.filter { "\($0.key.kind)" == "select" }
      // Three queries of two rows each, and three times the context, one row each.
      #expect(figures.values.map(\.count) == [6])
      #expect(figures.values.map(\.rows) == [9])
      #expect(figures.keys.map(\.tenant) == ["a"])
    }
  }
}
