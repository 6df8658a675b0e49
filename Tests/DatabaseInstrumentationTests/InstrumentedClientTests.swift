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
    "a statement that sets the other spelling is refused, also when the one before it set this one")
  func spelling() throws {
    try Fixture.with { fixture in
      try fixture.client.withRLS(tenant: "caf\u{E9}") { connection in
        for (head, tail) in [
          ("SET LOCAL app.current_tenant_id = '", "'"),
          ("SELECT set_config('app.current_tenant_id', '", "', true)"),
        ] {
          try connection.execute(head + "caf\u{E9}" + tail)
          #expect(throws: ContextError.changedContext) {
            try connection.execute(head + "cafe\u{301}" + tail)
          }
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

  @Test(
    "Without a tenant strict work may set one, and nothing else",
    arguments: [
      ("SELECT 1", false), ("WITH c AS (SELECT 1) SELECT * FROM c", false), ("TABLE x", false),
      ("INSERT INTO x VALUES ('a', 1)", false), ("CREATE TABLE y ()", false),
      ("DO $$ BEGIN END $$", false), ("DO $$ BEGIN SET x.y = 1; END $$", false),
      ("PREPARE p AS SELECT set_config('a.b', '1', true)", false), ("EXECUTE p", false),
      ("EXPLAIN SELECT 1", false), ("/* SET */ DELETE FROM x", false), ("COPY x TO STDOUT", false),
      ("SHOW search_path", true), ("SET statement_timeout = 1000", true), ("BEGIN", true),
      ("SELECT set_config('app.current_tenant_id', 'a', false)", true), ("RESET ALL", true),
    ])
  func strict(text: String, isAllowed: Bool) throws {
    try Fixture.with { fixture in
      let connection = InstrumentedConnection(fixture.counting, sink: fixture.recorder)
      let before = fixture.counting.waits
      if isAllowed {
        try connection.execute(text)
      } else {
        #expect(throws: ContextError.missingTenant) { try connection.execute(text) }
        #expect(throws: ContextError.missingTenant) {
          try connection.pipeline([PipelineStatement("BEGIN"), PipelineStatement(text)])
        }
        #expect(fixture.counting.waits == before)
        // With a tenant that SQL has set, it is let through.
        try connection.execute("SET app.current_tenant_id = 'a'")
        _ = try? connection.execute(text)
        #expect(fixture.counting.waits > before + 1)
      }
    }
  }

  @Test("In a pipeline the tenant that is set first counts for what follows")
  func strictPipeline() throws {
    try Fixture.with { fixture in
      let connection = InstrumentedConnection(fixture.counting, sink: fixture.recorder)
      let outcomes = try connection.pipeline([
        PipelineStatement("BEGIN"), PipelineStatement("SET LOCAL app.current_tenant_id = 'a'"),
        PipelineStatement("SELECT count(*) FROM x"), PipelineStatement("COMMIT"),
      ])
      #expect(outcomes.allSatisfy { $0.error == nil })
      #expect(connection.tenant == nil)
      #expect(fixture.recorder.records.map(\.tenant) == [nil, "a", "a", "a"])
    }
  }

  @Test("Work that goes on after a refused statement is told that nothing was kept")
  func swallowed() throws {
    try Fixture.with { fixture in
      #expect(throws: ContextError.rolledBack) {
        try fixture.client.withRLS(tenant: "a") { connection in
          try connection.execute("INSERT INTO x VALUES ('a', 9)")
          _ = try? connection.execute("SELECT 1/0")
        }
      }
      let ids = try fixture.ids()
      #expect(ids == ["1", "2", "3"])
      #expect(fixture.client.connection.transactionStatus == .idle)
    }
  }

  @Test("A trace goes to the server behind the statement, and cannot break out of its comment")
  func trace() throws {
    let parent = TraceParent(" 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ")
    #expect(parent?.traceID == "0af7651916cd43dd8448eb211c80319c")
    for wrong in [
      "", "00-x", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'; DROP",
    ] { #expect(TraceParent(wrong) == nil, "\(wrong)") }
    let hostile = StatementTrace(parent, tags: ["a*/": "x'*/; DROP TABLE x; --"])
    #expect(
      hostile.commented("SELECT 1 ; ")
        == "SELECT 1 /*a%2A%2F='x%27%2A%2F%3B%20DROP%20TABLE%20x%3B%20--',traceparent='\(parent?.description ?? "")'*/"
    )
    #expect(hostile.commented("SELECT 1 -- x") == "SELECT 1 -- x")
    #expect(StatementTrace().commented("SELECT 1") == "SELECT 1")
    try Fixture.with { fixture in
      fixture.client.connection.trace = hostile
      try fixture.client.withRLS(tenant: "a") { connection in
        let query = try connection.execute("SELECT current_query()")
        #expect(query.scalar?.contains("/*a%2A%2F='x%27") == true)
        #expect(try connection.execute(count).scalar == "2")
      }
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
