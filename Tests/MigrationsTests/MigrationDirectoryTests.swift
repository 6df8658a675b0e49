import Foundation
import SQLSyntax
import TestSupport
import Testing

@testable import Migrations

@Suite("Migration folders")
struct MigrationDirectoryTests {
  private func refusal(_ files: [String: String]) throws -> MigrationError? {
    var error: MigrationError?
    try withFolder(files) { folder in
      error = #expect(throws: MigrationError.self) { try MigrationDirectory.load(folder) }
    }
    return error
  }

  @Test("migrations are sorted by the number of their version, not by its digits")
  func order() throws {
    let files = [
      "10_ten.up.sql": "SELECT 10", "9_nine.up.sql": "SELECT 9", "9_nine.down.sql": "SELECT 0",
      "20260102030405_stamp.up.sql": "SELECT 1", "9_nine.verify.sql": "SELECT true",
      "README.md": "notes", ".hidden.sql": "junk",
    ]
    try withFolder(files) { folder in
      let directory = try MigrationDirectory.load(folder)
      #expect(directory.migrations.map(\.version) == [9, 10, 20_260_102_030_405])
      #expect(directory.migrations[0].downFile == folder + "/9_nine.down.sql")
      #expect(directory.migrations[0].verifyFile == folder + "/9_nine.verify.sql")
      #expect(directory.migrations[1].downFile == nil)
    }
  }

  @Test("a checksum is the SHA-256 of the file's bytes")
  func checksum() throws {
    try withFolder(["1_a.up.sql": "SELECT 1\n"]) { folder in
      let directory = try MigrationDirectory.load(folder)
      // printf 'SELECT 1\n' | sha256sum
      #expect(
        directory.migrations[0].checksum
          == "a0a22c9dfa428cdce6fb3e58a40d4052335e17e5fbe42efc2f17f9ca813be62c")
    }
  }

  @Test("a missing folder is named")
  func missingFolder() {
    let error = #expect(throws: MigrationError.self) {
      try MigrationDirectory.load("/nowhere/migrations")
    }
    #expect(error?.code == .folderUnreadable)
    #expect(error?.description.contains("/nowhere/migrations") == true)
    #expect(error?.message.contains("there is no such folder") == true)
  }

  @Test("a file in place of the folder is refused")
  func fileAsFolder() throws {
    try withFolder(["1_a.up.sql": "SELECT 1"]) { folder in
      let error = #expect(throws: MigrationError.self) {
        try MigrationDirectory.load(folder + "/1_a.up.sql")
      }
      #expect(error?.code == .folderUnreadable)
      #expect(error?.message.contains("it is not a folder") == true)
    }
  }

  @Test("an empty folder has no migrations")
  func emptyFolder() throws {
    try withFolder([:]) { folder in
      let directory = try MigrationDirectory.load(folder)
      #expect(directory.migrations.isEmpty)
    }
  }

  @Test("a file that cannot be read is named, with the reason")
  func unreadable() throws {
    try withTemporaryDirectory { folder in
      // Permissions do not stop root, which runs tests in containers; these stop everybody.
      let link = folder + "/1_link.up.sql"
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: "/nowhere/x.sql")
      let error = #expect(throws: MigrationError.self) { try MigrationDirectory.load(folder) }
      #expect(error?.code == .fileUnreadable)
      #expect(error?.file == link)
      try FileManager.default.removeItem(atPath: link)
      try FileManager.default.createDirectory(
        atPath: folder + "/2_folder.up.sql", withIntermediateDirectories: false)
      let second = #expect(throws: MigrationError.self) { try MigrationDirectory.load(folder) }
      #expect(second?.code == .fileUnreadable)
      #expect(second?.message.contains("it is a folder") == true)
    }
  }

  @Test("bad UTF-8 is refused with byte, offset and line")
  func badUTF8() throws {
    try withTemporaryDirectory { folder in
      // "SELECT 1;\n\nSELECT 'é'" in Latin-1.
      let bytes = Array("SELECT 1;\n\nSELECT '".utf8) + [0xE9] + Array("'".utf8)
      try writeFile(folder + "/1_latin.up.sql", bytes)
      let error = #expect(throws: MigrationError.self) { try MigrationDirectory.load(folder) }
      #expect(error?.code == .invalidUTF8)
      #expect(error?.line == 3)
      #expect(error?.message.contains("byte 0xE9 at offset 19") == true)
    }
  }

  @Test("a character cut off at the end of a file is bad UTF-8")
  func cutCharacter() throws {
    try withTemporaryDirectory { folder in
      try writeFile(folder + "/1_cut.up.sql", Array("SELECT 1 -- ".utf8) + [0xC3])
      let error = #expect(throws: MigrationError.self) { try MigrationDirectory.load(folder) }
      #expect(error?.code == .invalidUTF8)
      #expect(error?.message.contains("offset 12") == true)
    }
  }

  @Test("a byte order mark is skipped, and offsets count it")
  func byteOrderMark() throws {
    try withTemporaryDirectory { folder in
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      try writeFile(folder + "/1_bom.up.sql", mark + Array("SELECT 1".utf8))
      #expect(try MigrationDirectory.load(folder).migrations.count == 1)
      #expect(
        try MigrationScript.load(folder + "/1_bom.up.sql").statements.map(\.text) == ["SELECT 1"])
      try writeFile(folder + "/1_bom.up.sql", mark + [0xFF])
      let error = #expect(throws: MigrationError.self) { try MigrationDirectory.load(folder) }
      #expect(error?.message.contains("offset 3") == true)
    }
  }

  @Test("two files of one version are both named, whatever the zeros before it")
  func duplicate() throws {
    let error = try refusal(["1_a.up.sql": "SELECT 1", "001_b.up.sql": "SELECT 1"])
    #expect(error?.code == .duplicateVersion)
    let text = error?.description ?? ""
    #expect(text.contains("1_a.up.sql") && text.contains("001_b.up.sql"))
  }

  @Test("a down or verify file without its up file is refused", arguments: ["down", "verify"])
  func orphan(role: String) throws {
    let error = try refusal(["1_a.up.sql": "SELECT 1", "1_b.\(role).sql": "SELECT 1"])
    #expect(error?.code == .orphanFile)
    #expect(error?.description.contains("1_b.\(role).sql") == true)
    #expect(error?.description.contains("version 1 is") == true)
  }

  @Test(
    "a .sql file with another kind of name is refused, not skipped",
    arguments: [
      "seed.sql", "1_a.sql", "1.up.sql", "1_.up.sql", "a_1.up.sql", "1-a.up.sql", "1_a.UP.SQL",
      "0_zero.up.sql", "9223372036854775808_big.up.sql", "1_a\u{1B}[31m.up.sql", "-1_a.up.sql",
    ])
  func badName(name: String) throws {
    let error = try refusal([name: "SELECT 1"])
    #expect(error?.code == .badFileName)
    #expect(error?.remedy?.contains("VERSION_name.up.sql") == true)
    #expect(error?.description.contains("\u{1B}") == false)
  }

  @Test("the largest 64-bit version is fine")
  func largestVersion() throws {
    try withFolder(["9223372036854775807_big.up.sql": "SELECT 1"]) { folder in
      let directory = try MigrationDirectory.load(folder)
      #expect(directory.migrations[0].version == .max)
    }
  }

  @Test("everything wrong with the names is listed at once")
  func allAtOnce() throws {
    let error = try refusal([
      "1_a.up.sql": "SELECT 1", "1_b.up.sql": "SELECT 1", "2_c.down.sql": "SELECT 1",
      "x.sql": "SELECT 1",
    ])
    #expect(error?.code == .several)
    #expect(
      error?.related.map(\.code) == [.duplicateVersion, .orphanFile, .badFileName])
  }

  @Test(
    "a file without a statement is refused",
    arguments: ["", " \r\n\t", "-- later", "/* a /* nested */ one */ ;\n-- x\n", "\u{FEFF}-- x"])
  func emptyFile(text: String) throws {
    let error = try refusal(["1_a.up.sql": text])
    #expect(error?.code == .emptyFile)
    #expect(error?.file?.hasSuffix("1_a.up.sql") == true)
  }

  @Test("loading reads no SQL, so a syntax error waits until the file is planned")
  func noParsing() throws {
    try withFolder(["1_a.up.sql": "SELEKT 1"]) { folder in
      let directory = try MigrationDirectory.load(folder)
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.up(directory, MigrationLedger())
      }
      #expect(error?.code == .syntax)
      let row = MigrationLedger.Entry(
        version: 1, name: "a", checksum: directory.migrations[0].checksum, appliedAt: "",
        durationMilliseconds: 0, appliedBy: "")
      let ledger = MigrationLedger(exists: true, entries: [row])
      #expect(try MigrationPlan.up(directory, ledger).isEmpty)
    }
  }
}
