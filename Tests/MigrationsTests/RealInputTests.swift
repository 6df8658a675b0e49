import Foundation
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Large and real migrations")
struct RealInputTests {
  @Test(
    "schemas of Payload CMS apply as they are",
    .enabled(
      if: SharedTestData.path("payload") != nil,
      "the shared sample files of Payload CMS are not there"),
    arguments: ["test-blocks", "test-up-down", "with-postgres-initial"])
  func payload(name: String) throws {
    let path = try #require(SharedTestData.path("payload/\(name).sql"))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Workbench.run(["1_payload.up.sql": text]) { bench in
      try bench.up()
      #expect(try bench.status().isUpToDate)
      #expect(try bench.tables().count >= 5)
    }
  }

  @Test("function bodies in dollar quotes and BEGIN ATOMIC bodies are one statement each")
  func bodies() throws {
    let text = """
      CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$
      BEGIN
        -- COMMIT;
        RETURN length($q$ ; '$q$);
      END;
      $body$;
      CREATE FUNCTION g(a int) RETURNS int
        BEGIN ATOMIC
          SELECT a + 1;
          SELECT a + 2;
        END;
      CREATE TABLE "semi;colon" (t text DEFAULT ';');
      """
    try Workbench.run(["1_f.up.sql": text]) { bench in
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      #expect(plan.steps[0].script.statements.count == 3)
      try bench.apply(plan)
      #expect(try bench.scalar("SELECT g(1) + f()") == "7")
    }
  }

  @Test("a file of 5,000 statements applies, and its last line is named when it fails")
  func manyStatements() throws {
    let lines = ["CREATE TABLE t (i int);"] + (2...5_000).map { "INSERT INTO t VALUES (\($0));" }
    try Workbench.run(["1_many.up.sql": lines.joined(separator: "\n")]) { bench in
      try bench.up()
      #expect(try bench.scalar("SELECT count(*) FROM t") == "4999")
      try bench.write(
        "2_more.up.sql", (lines.dropFirst() + ["SELECT 1/0"]).joined(separator: "\n"))
      let error = #expect(throws: MigrationError.self) { try bench.up() }
      #expect(error?.line == 5_000)
      #expect(try bench.scalar("SELECT count(*) FROM t") == "4999")
    }
  }

  @Test("a statement of a megabyte applies, and is cut short in messages")
  func largeStatement() throws {
    let value = String(repeating: "é", count: 512 * 1_024)
    let files = [
      "1_large.up.sql": "CREATE TABLE t AS SELECT '\(value)' AS v",
      "2_bad.up.sql": "SELECT '\(value)', nope",
    ]
    try Workbench.run(files) { bench throws in
      let error = #expect(throws: MigrationError.self) { try bench.up() }
      #expect(error?.column == 524_300)
      #expect((error?.description.utf8.count ?? 0) < 2_000)
      #expect(try bench.scalar("SELECT length(v) FROM t") == "524288")
    }
  }
}
