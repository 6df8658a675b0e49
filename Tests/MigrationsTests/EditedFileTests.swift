import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Files that were changed after they were applied")
struct EditedFileTests {
  private static let text = "CREATE TABLE a (i int);\nINSERT INTO a VALUES (1);\n"

  private func withApplied(_ body: (Workbench) throws -> Void) throws {
    try Workbench.run(["1_a.up.sql": Self.text]) { bench in
      try bench.up()
      try body(bench)
    }
  }

  private func status(_ bench: Workbench) throws -> MigrationStatus {
    let directory = try bench.load()
    return MigrationStatus(
      directory, try bench.ledger().withTexts(of: directory, on: bench.connection))
  }

  @Test("a licence header, CRLF and the formatter change nothing that counts, and up goes on")
  func reformatted() throws {
    try withApplied { bench in
      try bench.write(
        "1_a.up.sql",
        "-- Copyright\r\ncreate table A (\r\n  i INT\r\n);\r\ninsert into a values (1);\r\n")
      try bench.write("2_b.up.sql", "CREATE TABLE b ()")
      #expect(try status(bench).entries.map(\.state) == [.reformatted, .pending])
      let directory = try bench.load()
      let ledger = try bench.ledger().withTexts(of: directory, on: bench.connection)
      try bench.apply(MigrationPlan.up(directory, ledger))
      #expect(try status(bench).isUpToDate)
      #expect(try bench.tables() == ["public.a", "public.b"])
    }
  }

  @Test("other SQL is refused, with the lines that differ")
  func edited() throws {
    try withApplied { bench in
      try bench.write("1_a.up.sql", Self.text.replacing("VALUES (1)", with: "VALUES (2)"))
      let problem = try #require(try status(bench).problems.first)
      #expect(problem.code == .editedFile)
      #expect(
        "\(problem)".contains("-2: INSERT INTO a VALUES (1);\n  +2: INSERT INTO a VALUES (2);"))
    }
  }

  @Test(
    "a ledger of an older version has no texts: the file is refused, and the next run adds them")
  func olderLedger() throws {
    try withApplied { bench in
      try bench.connection.execute("DROP TABLE dbtool.migration_texts")
      try bench.connection.execute("DROP TABLE dbtool.migration_progress")
      try bench.write("1_a.up.sql", "-- header\n" + Self.text)
      let problem = try #require(try status(bench).problems.first)
      #expect(problem.code == .editedFile)
      #expect(problem.difference == nil)
      try bench.write("1_a.up.sql", Self.text)
      try bench.write("2_b.up.sql", "CREATE TABLE b ()")
      try bench.up()
      #expect(try bench.scalar("SELECT text FROM dbtool.migration_texts") == "CREATE TABLE b ()")
    }
  }

  @Test("a text that is long is kept compressed")
  func compressed() throws {
    let text = "SELECT 1; -- " + String(repeating: "a comment ", count: 20_000)
    try Workbench.run(["1_a.up.sql": text]) { bench in
      try bench.up()
      #expect(try bench.scalar("SELECT octet_length(text) FROM dbtool.migration_texts") == "200013")
      let size = try bench.scalar("SELECT pg_column_size(text) FROM dbtool.migration_texts")
      #expect(try #require(size.flatMap { Int($0) }) < 10_000)
    }
  }
}
