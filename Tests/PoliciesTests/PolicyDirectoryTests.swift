import Policies
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Reading policy files")
struct PolicyDirectoryTests {
  @Test("Files are read in the order of their names' bytes, others and hidden ones left out")
  func order() throws {
    try PolicyFolder.withFolder { folder in
      for name in ["b.sql", "Z.sql", "010.sql", "a.txt", ".hidden.sql", "9.sql"] {
        try folder.write(name, "SELECT 1")
      }
      #expect(try folder.load().files.map(\.name) == ["010.sql", "9.sql", "Z.sql", "b.sql"])
    }
  }

  @Test("A folder that is not there is named")
  func missingFolder() {
    let error = #expect(throws: PolicyError.self) { try PolicyDirectory.load("/no/such/folder") }
    #expect(error?.code == .missingFolder)
    #expect(error?.description.hasPrefix("/no/such/folder: there is no such folder") == true)
  }

  @Test("A file that cannot be read is named")
  func unreadable() throws {
    try PolicyFolder.withFolder { folder in
      mkdir(folder.path + "/010_a.sql", 0o755)
      let error = #expect(throws: PolicyError.self) { try folder.load() }
      #expect(error?.code == .unreadableFile)
      #expect(error?.file == folder.path + "/010_a.sql")
    }
  }

  @Test("Files without a statement are refused", arguments: ["", " \n", "-- only words\n/* a */;"])
  func empty(text: String) throws {
    let error = try PolicyFolder.errorLoading(text)
    #expect(error?.code == .emptyFile)
    #expect(error?.file?.hasSuffix("/010_a.sql") == true)
  }

  @Test("Bytes that are not UTF-8 are refused")
  func encoding() throws {
    let error = try PolicyFolder.errorLoading("010_a.sql", bytes: [0x53, 0xFF, 0x0A])
    #expect(error?.code == .invalidEncoding)
  }

  @Test("A byte order mark is no syntax error")
  func byteOrderMark() throws {
    let bytes = [0xEF, 0xBB, 0xBF] + Array("SELECT 1".utf8)
    #expect(try PolicyFolder.errorLoading("010_a.sql", bytes: bytes) == nil)
  }

  @Test("A syntax error is reported with file, line and column")
  func syntax() throws {
    let error = try PolicyFolder.errorLoading("SELECT 1;\n\n  CREATE POLCY p ON t;\n")
    #expect(error?.code == .syntax)
    #expect(error?.description.contains("010_a.sql:3:10: syntax error at or near") == true)
  }

  @Test(
    "Statements that cannot be part of one transaction are refused where they stand",
    arguments: [
      "BEGIN", "COMMIT", "ROLLBACK", "START TRANSACTION", "END", "VACUUM t",
      "CREATE INDEX CONCURRENTLY i ON t (a)", "DROP INDEX CONCURRENTLY i", "CREATE DATABASE d",
      "REINDEX TABLE CONCURRENTLY t", "ALTER SYSTEM SET work_mem = '1MB'", "DISCARD ALL",
      "COPY t FROM STDIN",
    ])
  func forbidden(statement: String) throws {
    let error = try PolicyFolder.errorLoading("SELECT 1;\n  \(statement);\n")
    #expect(error?.code == .forbiddenStatement)
    #expect(error?.description.contains("010_a.sql:2:3: ") == true)
    #expect(error?.statement == statement)
  }

  @Test(
    "Statements that only look like those are accepted",
    arguments: [
      "CREATE INDEX i ON t (a)", "SAVEPOINT s", "DISCARD PLANS", "SET LOCAL ROLE app_owner",
      "SELECT '\"concurrent\":true'", "COMMENT ON TABLE t IS 'BEGIN; COMMIT;'", "ANALYZE t",
      "DO $$ BEGIN PERFORM 1; END $$", "REINDEX TABLE t",
    ])
  func allowed(statement: String) throws {
    #expect(try PolicyFolder.errorLoading(statement) == nil)
  }
}
