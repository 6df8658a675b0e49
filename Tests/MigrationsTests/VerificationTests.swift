import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Verifying migrations")
struct VerificationTests {
  private func verify(
    _ sql: String, _ body: (MigrationVerification, Workbench) throws -> Void
  ) throws {
    let files = ["1_a.up.sql": "CREATE TABLE a (i int)", "1_a.verify.sql": sql]
    try Workbench.run(files) { bench in
      try bench.up()
      let result = try MigrationVerification.run(bench.load(), on: bench.connection)
      #expect(bench.connection.transactionStatus == .idle)
      try body(result, bench)
    }
  }

  @Test("queries that return one true row are good")
  func good() throws {
    try verify("SELECT true;\nSELECT to_regclass('a') IS NOT NULL;") { result, _ throws in
      #expect(result.isGood)
      #expect(result.entries.map(\.checks) == [2])
    }
  }

  @Test(
    "everything else is a failure that names the line",
    arguments: [
      ("SELECT false", "false instead of true"), ("SELECT NULL::boolean", "NULL"),
      ("SELECT true WHERE false", "0 rows"), ("SELECT true UNION ALL SELECT true", "2 rows"),
      ("SELECT true, true", "2 columns"), ("SELECT 't'::text", "no boolean"),
      ("SELECT nope", "does not exist"), ("SET search_path = x", "0 columns"),
      ("DROP TABLE a", "read-only transaction"),
      ("INSERT INTO a VALUES (1) RETURNING true", "read-only transaction"),
    ])
  func bad(sql: String, message: String) throws {
    try verify("SELECT true;\n\(sql);") { result, bench throws in
      #expect(!result.isGood)
      let failure = try #require(result.entries.first?.failures.first)
      #expect(failure.code == .verificationFailed)
      #expect(failure.file == bench.path("1_a.verify.sql"))
      #expect(failure.line == 2)
      #expect(failure.message.contains(message))
      #expect(try bench.tables() == ["public.a"])
    }
  }

  @Test("several false queries are all reported")
  func several() throws {
    try verify("SELECT false;\nSELECT true;\nSELECT false;") { result, _ throws in
      #expect(result.entries.flatMap(\.failures).map(\.line) == [1, 3])
    }
  }

  @Test(
    "a verify file cannot leave its transaction",
    arguments: [
      ("COMMIT; SELECT true", MigrationError.Code.transactionControl),
      ("-- dbtool: no-transaction\nCOMMIT; SELECT true", .badDirective),
    ])
  func transactionControl(sql: String, code: MigrationError.Code) throws {
    try Workbench.run(["1_a.up.sql": "SELECT 1", "1_a.verify.sql": sql]) { bench in
      try bench.up()
      let error = #expect(throws: MigrationError.self) {
        try MigrationVerification.run(bench.load(), on: bench.connection)
      }
      #expect(error?.code == code)
    }
  }

  @Test("timeouts of a verify file hold for its queries")
  func timeouts() throws {
    let sql = "-- dbtool: statement-timeout=50ms\nSELECT true FROM pg_sleep(10)"
    try verify(sql) { result, _ throws in
      #expect(result.entries.first?.failures.first?.postgres?.sqlState == .queryCanceled)
    }
  }

  @Test("only applied migrations are verified")
  func pending() throws {
    try Workbench.run(["1_a.up.sql": "SELECT 1", "1_a.verify.sql": "SELECT false"]) { bench in
      let result = try MigrationVerification.run(bench.load(), on: bench.connection)
      #expect(result.entries.isEmpty && result.isGood)
    }
  }
}
