import Postgres
import TestSupport
import Testing

@Suite("Names that differ in the spelling of an accent alone")
struct NameTwinTests {
  private static let one = "caf\u{E9}"
  private static let other = "cafe\u{301}"

  @Test(
    "a catalog with two of them is refused, with both spellings and what to do",
    arguments: [
      "CREATE TABLE \"%1\" (); CREATE TABLE \"%2\" ()",
      "CREATE SCHEMA \"%1\"; CREATE SCHEMA \"%2\"; CREATE TABLE \"%1\".t (); CREATE TABLE \"%2\".t ()",
      "CREATE TABLE t (\"%1\" int, \"%2\" int)",
      "CREATE TABLE t (); CREATE POLICY \"%1\" ON t; CREATE POLICY \"%2\" ON t",
    ])
  func refused(sql: String) throws {
    try withDatabase { connection in
      for statement in sql.split(separator: ";") {
        try connection.execute(
          String(statement).replacing("%1", with: Self.one).replacing("%2", with: Self.other))
      }
      let error = #expect(throws: PostgresError.self) {
        _ = try CatalogReader.read(from: connection)
      }
      #expect(error?.message.contains("caf\\u{E9}") == true, "\(error as Any)")
      #expect(error?.message.contains("cafe\\u{301}") == true, "\(error as Any)")
      #expect(error?.hint == "Rename one of them.")
    }
  }

  @Test("schemas without tables are refused where their owners are asked for")
  func schemas() throws {
    try withDatabase { connection in
      for name in [Self.one, Self.other] { try connection.execute("CREATE SCHEMA \"\(name)\"") }
      #expect(throws: PostgresError.self) {
        _ = try CatalogReader.surroundings(of: [], from: connection)
      }
    }
  }

  @Test("accents alone, the same name in two tables, and overloaded functions are none")
  func accepted() throws {
    try withDatabase { connection in
      for sql in [
        "CREATE TABLE a (\"\(Self.one)\" int)", "CREATE TABLE b (\"\(Self.other)\" int)",
        "CREATE TABLE \"\(Self.one)\" ()", "CREATE TABLE cafe ()",
        "CREATE FUNCTION \"\(Self.one)\"(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION \"\(Self.one)\"(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
      ] { try connection.execute(sql) }
      #expect(try CatalogReader.read(from: connection).relations.count == 4)
    }
  }
}
