import Postgres
import TestSupport
import Testing

@Suite("Pipelines")
struct PipelineTests {
  @Test("results come in order, and are heard of as they come")
  func order() throws {
    try withSessions { connection, _ in
      var heard: [Int] = []
      let outcomes = try connection.pipeline((0..<100).map { PipelineStatement("SELECT \($0)") }) {
        index, outcome in
        heard.append(index)
        #expect(outcome.result?.scalar == String(index))
      }
      #expect(outcomes.map { $0.result?.scalar } == (0..<100).map { String($0) })
      #expect(heard == Array(0..<100))
      #expect(try connection.pipeline([]).isEmpty)
      #expect(try connection.execute("SELECT 1").scalar == "1")
    }
  }

  @Test("an error skips to the next synchronization point")
  func skipping() throws {
    try withSessions { connection, _ in
      let outcomes = try connection.pipeline([
        PipelineStatement("SELECT 1", synchronizes: true), PipelineStatement("SELECT 1 / 0"),
        PipelineStatement("SELECT 2"), PipelineStatement("SELECT 3", synchronizes: true),
        PipelineStatement("SELECT 4"),
      ])
      #expect(outcomes[0].result?.scalar == "1")
      #expect(outcomes[1].error?.sqlState == "22012")
      for index in [2, 3] {
        guard case .skipped = outcomes[index] else {
          Issue.record("statement \(index) was not skipped")
          continue
        }
      }
      #expect(outcomes[4].result?.scalar == "4")
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test("without a transaction, what stands before an error up to the last point is undone")
  func implicitTransaction() throws {
    try withSessions { connection, observer in
      try connection.execute("CREATE TABLE t (i int)")
      try connection.pipeline([
        PipelineStatement("INSERT INTO t VALUES (1)", synchronizes: true),
        PipelineStatement("INSERT INTO t VALUES (2)"), PipelineStatement("SELECT 1 / 0"),
      ])
      #expect(try observer.execute("SELECT string_agg(i::text, ' ') FROM t").scalar == "1")
    }
  }

  @Test("a recurring statement is prepared once, for that pipeline only, and survives errors")
  func recurring() throws {
    try withSessions { connection, _ in
      var recurring = PipelineStatement("SELECT $1::int / $2::int")
      recurring.isRecurring = true
      func quotient(_ left: Int, _ right: Int) -> PipelineStatement {
        var statement = recurring
        statement.parameters = [.text(String(left)), .text(String(right))]
        return statement
      }
      for left in ["0", "1"] {
        try connection.execute("BEGIN")
        var failing = quotient(1, 0)
        failing.synchronizes = true
        let outcomes = try connection.pipeline([
          quotient(6, 2), PipelineStatement("SAVEPOINT s"), failing,
          PipelineStatement("ROLLBACK TO SAVEPOINT s"), quotient(8, 2),
          PipelineStatement("SELECT count(*) - \(left) FROM pg_prepared_statements"),
        ])
        #expect(outcomes[0].result?.scalar == "3")
        #expect(outcomes[2].error?.sqlState == "22012")
        #expect(outcomes[4].result?.scalar == "4")
        #expect(outcomes[5].result?.scalar == "1")
        let kept = try connection.execute("SELECT count(*) FROM pg_prepared_statements")
        #expect(kept.scalar == left)
        // What an aborted transaction keeps is not in the way of the next pipeline.
        try connection.pipeline([quotient(1, 1), quotient(1, 0)])
        try connection.execute("ROLLBACK")
      }
      let outside = try connection.pipeline([quotient(9, 3)])
      #expect(outside[0].result?.scalar == "3")
    }
  }

  @Test("20,000 statements with large answers do not block each other")
  func large() throws {
    try withSessions { connection, _ in
      let statements = (0..<20_000).map {
        PipelineStatement("SELECT repeat('x', 2000) || $1::text", [.text(String($0))])
      }
      var bytes = 0
      var failures = 0
      let outcomes = try connection.pipeline(statements) { _, outcome in
        bytes += outcome.result?.byteCount ?? 0
        failures += outcome.result == nil ? 1 : 0
      }
      #expect(failures == 0)
      #expect(bytes > 40_000_000)
      #expect(outcomes.last?.result?.scalar?.hasSuffix("x19999") == true)
    }
  }

  @Test("COPY in a pipeline is an error, not a hang", arguments: ["FROM STDIN", "TO STDOUT"])
  func copy(direction: String) throws {
    try withSessions { connection, _ in
      try connection.execute("CREATE TABLE t (i int)")
      #expect(throws: PostgresError.self) {
        try connection.pipeline([
          PipelineStatement("SELECT 1"), PipelineStatement("COPY t \(direction)"),
          PipelineStatement("SELECT 2"),
        ])
      }
      // What is under way can't be sorted out: the session is over, and says so.
      let error = #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
      #expect(error?.code == .connectionLost)
    }
  }

  @Test("a session that is ended in the middle is lost, not failed")
  func killed() throws {
    try withSessions { connection, observer in
      let error = #expect(throws: PostgresError.self) {
        try connection.pipeline([
          PipelineStatement("SELECT 1"),
          PipelineStatement("SELECT pg_terminate_backend(pg_backend_pid())"),
          PipelineStatement("SELECT 2"),
        ])
      }
      #expect(error?.code == .connectionLost)
      #expect(connection.transactionStatus == .unknown)
      let alive = try observer.execute("SELECT 1").scalar
      #expect(alive == "1")
      let again = #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
      #expect(again?.code == .connectionLost)
    }
  }

  @Test("nothing is sent when one text or value can't be")
  func nul() throws {
    try withSessions { connection, observer in
      try connection.execute("CREATE TABLE t (v text)")
      for bad in [
        PipelineStatement("SELECT '\0'"), PipelineStatement("SELECT $1::text", ["a\0b"]),
      ] {
        let error = #expect(throws: PostgresError.self) {
          try connection.pipeline([PipelineStatement("INSERT INTO t VALUES ('x')"), bad])
        }
        #expect(error?.code == .invalidRequest)
      }
      #expect(try observer.execute("SELECT count(*) FROM t").scalar == "0")
      #expect(try connection.execute("SELECT 1").scalar == "1")
    }
  }
}
