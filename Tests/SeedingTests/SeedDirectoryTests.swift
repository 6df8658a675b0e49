import Seeding
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The columns that a header line is read as.
private func columns(_ bytes: [UInt8]) throws -> [String]? {
  try SeedFolder.withFolder { folder in
    try folder.write("010_rooms.csv", bytes: bytes)
    guard case .rows(let seed) = try folder.load().files.first?.content else { return nil }
    return seed.columns
  }
}

@Suite("Reading seed files")
struct SeedDirectoryTests {
  @Test("SQL and CSV files are read in the order of their names, other files left out")
  func order() throws {
    try SeedFolder.withFolder { folder in
      for name in ["020_a.sql", "100_c.sql", ".x.sql"] { try folder.write(name, "SELECT 1") }
      for name in ["030_b.csv", "readme.md"] { try folder.write(name, "id\n1\n") }
      #expect(try folder.load().files.map(\.name) == ["020_a.sql", "030_b.csv", "100_c.sql"])
    }
  }

  @Test("A folder that is not there is named")
  func missingFolder() {
    let error = #expect(throws: SeedError.self) { try SeedDirectory.load("/no/such/folder") }
    #expect(error?.code == .missingFolder)
    #expect(error?.description.hasPrefix("/no/such/folder: ") == true)
  }

  @Test("A file that cannot be read is named", arguments: ["010_a.sql", "010_a.csv"])
  func unreadable(name: String) throws {
    try SeedFolder.withFolder { folder in
      mkdir(folder.path + "/" + name, 0o755)
      let error = #expect(throws: SeedError.self) { try folder.load() }
      #expect(error?.code == .unreadableFile)
      #expect(error?.file == folder.path + "/" + name)
    }
  }

  @Test("Empty files are refused", arguments: ["010_a.sql", "010_a.csv"])
  func empty(name: String) throws {
    #expect(try SeedFolder.errorLoading(name, "")?.code == .emptyFile)
    #expect(try SeedFolder.errorLoading(name, bytes: [0xEF, 0xBB, 0xBF])?.code == .emptyFile)
  }

  @Test("SQL that is not UTF-8 is refused")
  func encoding() throws {
    #expect(try SeedFolder.errorLoading("a.sql", bytes: [0xC3, 0x28])?.code == .invalidEncoding)
  }

  @Test("A syntax error is reported with file, line and column")
  func syntax() throws {
    let error = try SeedFolder.errorLoading("a.sql", "SELECT 1;\nINSERT INTOO t VALUES (1);\n")
    #expect(error?.code == .syntax)
    #expect(error?.description.contains("/a.sql:2:8: syntax error at or near") == true)
  }

  @Test(
    "The directive as-admin is found among the leading comments",
    arguments: [
      "-- dbtool: as-admin\nSELECT 1", "--dbtool:as-admin\r\nSELECT 1",
      "/* words */\n-- more\n\n  -- dbtool:  as-admin  \nSELECT 1",
      "-- dbtool: as-admin\nRESET ROLE",
    ])
  func directive(text: String) throws {
    try SeedFolder.withFolder { folder in
      try folder.write("a.sql", text)
      #expect(try folder.load().files.map(\.scope) == [.administrator])
    }
  }

  @Test(
    "What is no leading directive does not make a file administrative",
    arguments: [
      "SELECT 1;\n-- dbtool: as-admin\n", "-- dbtool as-admin\nSELECT 1",
      "SELECT '\n-- dbtool: as-admin\n'",
    ])
  func noDirective(text: String) throws {
    try SeedFolder.withFolder { folder in
      try folder.write("a.sql", text)
      #expect(try folder.load().files.map(\.scope) == [.tenant])
    }
  }

  @Test("An unknown directive is refused with its line", arguments: ["as-admim", "as admin", ""])
  func unknownDirective(word: String) throws {
    let error = try SeedFolder.errorLoading("a.sql", "-- seeds\n-- dbtool: \(word)\nSELECT 1")
    #expect(error?.code == .unknownDirective)
    #expect(error?.line == 2)
    #expect(error?.message == "unknown directive \"\(word)\"")
  }

  @Test(
    "Statements that a seed may not hold are refused where they stand",
    arguments: [
      "BEGIN", "COMMIT", "ROLLBACK", "VACUUM", "COPY t FROM STDIN", "SET ROLE postgres",
      "RESET ROLE", "SET LOCAL ROLE NONE", "SET SESSION AUTHORIZATION DEFAULT", "RESET ALL",
      "DISCARD ALL",
    ])
  func forbidden(statement: String) throws {
    let error = try SeedFolder.errorLoading("a.sql", "SELECT 1;\n \(statement);")
    #expect(error?.code == .forbiddenStatement)
    #expect(error?.line == 2)
    #expect(error?.column == 2)
  }

  @Test(
    "A CSV file's name gives the table",
    arguments: [
      ("010_rooms.csv", nil, "rooms"), ("rooms.csv", nil, "rooms"),
      ("9_crm.guest_cards.csv", "crm", "guest_cards"), ("010_2fa.csv", nil, "2fa"),
      ("2fa.csv", nil, "2fa"), ("1_Mixed Case.csv", nil, "Mixed Case"),
    ] as [(String, String?, String)])
  func tableName(name: String, schema: String?, table: String) throws {
    try SeedFolder.withFolder { folder in
      try folder.write(name, "id\n")
      guard case .rows(let seed) = try folder.load().files.first?.content else {
        Issue.record("no CSV file")
        return
      }
      #expect(seed.schema == schema)
      #expect(seed.table == table)
    }
  }

  @Test("A CSV file whose name gives no table is refused", arguments: ["010_.csv", "a.b.c.csv"])
  func badName(name: String) throws {
    #expect(try SeedFolder.errorLoading(name, "id\n")?.code == .invalidName)
  }

  @Test(
    "A header line is read as RFC 4180 has it",
    arguments: [
      ("id,name", ["id", "name"]), ("id,name\r\n1,x\r\n", ["id", "name"]),
      ("\"id\",\"a \"\"b\"\"\"\n", ["id", "a \"b\""]), ("\"a,b\",\"c\nd\"\n1,2", ["a,b", "c\nd"]),
      ("\u{FEFF}id,größe\n", ["id", "größe"]), ("\u{FEFF}\"id\"\n", ["id"]),
      ("id\r1\r", ["id"]), (" id\n", [" id"]),
    ])
  func header(text: String, expected: [String]) throws {
    #expect(try columns(Array(text.utf8)) == expected)
  }

  @Test("A header line longer than one read is read whole, its quotes wherever they fall")
  func longHeader() throws {
    for padding in 262_138...262_148 {
      let long = String(repeating: "x", count: padding)
      let text = "\"\(long)\"\"\",\"b\"\r\n1,2\r\n"
      #expect(try columns(Array(text.utf8)) == [long + "\"", "b"])
    }
  }

  @Test(
    "A header line that is none is refused",
    arguments: [
      ("id,,name\n", "column 2 of the header line has no name"), ("id,\n", "column 2 of"),
      ("\n1\n", "column 1 of the header line has no name"),
      ("id,id\n", "names column \"id\" twice"),
      ("\"id\n1,2\n", "a quoted column name does not end"),
      ("\"id\"x\n", "text behind the closing"),
      ("i\"d\n", "a quote inside a column name"),
    ])
  func badHeader(text: String, message: String) throws {
    let error = try SeedFolder.errorLoading("rooms.csv", text)
    #expect(error?.code == .invalidHeader)
    #expect(error?.message.contains(message) == true)
    #expect(error?.line == 1)
  }
}
