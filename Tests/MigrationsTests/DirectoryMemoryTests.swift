import Foundation
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("What is remembered of a folder that is all applied")
struct DirectoryMemoryTests {
  private static let files = ["1_a.up.sql": "CREATE TABLE a ()", "2_b.up.sql": "CREATE TABLE b ()"]

  /// A minute from now, when no file counts as young any more.
  private let later = Int64((Date().timeIntervalSince1970 + 60) * 1e9)

  private func withMemory(_ body: (Workbench, String, String?) throws -> Void) throws {
    try Workbench.run(Self.files) { bench in
      try withTemporaryDirectory { cache in
        try bench.up()
        let memory = DirectoryMemory(ofFolder: bench.folder, cache: cache + "/new/folder")
        #expect(memory?.digest == nil)
        memory?.note(try bench.load(), MigrationLedger(), now: later)
        let digest = DirectoryMemory(ofFolder: bench.folder, cache: cache + "/new/folder")?.digest
        #expect(digest != nil)
        try body(bench, cache + "/new/folder", digest)
      }
    }
  }

  private func digest(_ bench: Workbench, _ cache: String) -> String? {
    DirectoryMemory(ofFolder: bench.folder, cache: cache)?.digest
  }

  @Test("the ledger matches while it has what the files say, and nothing else")
  func matching() throws {
    try withMemory { bench, _, digest in
      let digest = try #require(digest)
      #expect(MigrationLedger.matches(digest, on: bench.connection))
      try bench.connection.execute("UPDATE dbtool.migrations SET checksum = 'x' WHERE version = 1")
      #expect(!MigrationLedger.matches(digest, on: bench.connection))
      try bench.connection.execute("DELETE FROM dbtool.migrations")
      #expect(!MigrationLedger.matches(digest, on: bench.connection))
      try bench.connection.execute("DROP TABLE dbtool.migrations")
      #expect(!MigrationLedger.matches(digest, on: bench.connection))
    }
  }

  @Test("a file that was changed is noticed, though its size and time of modification are the same")
  func edited() throws {
    try withMemory { bench, cache, _ in
      let path = bench.path("1_a.up.sql")
      let before = try FileManager.default.attributesOfItem(atPath: path)
      let date = try #require(before[.modificationDate] as? Date)
      try "CREATE TABLE x ()".write(toFile: path, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      #expect(digest(bench, cache) == nil)
    }
  }

  @Test("a file that came, went or was renamed is noticed, and one that is no migration is not")
  func others() throws {
    try withMemory { bench, cache, digest in
      try bench.write("notes.txt", "x")
      #expect(self.digest(bench, cache) == digest)
      try bench.write("3_c.UP.SQL", "x")
      #expect(self.digest(bench, cache) == nil)
      try bench.remove("3_c.UP.SQL")
      #expect(self.digest(bench, cache) == digest)
      try FileManager.default.moveItem(
        atPath: bench.path("2_b.up.sql"), toPath: bench.path("2_c.up.sql"))
      #expect(self.digest(bench, cache) == nil)
      try bench.remove("2_c.up.sql")
      #expect(self.digest(bench, cache) == nil)
    }
  }

  @Test(
    "files so young that a change might not show are not noted, nor those that change meanwhile")
  func young() throws {
    try Workbench.run(Self.files) { bench in
      try withTemporaryDirectory { cache in
        let memory = DirectoryMemory(ofFolder: bench.folder, cache: cache)
        memory?.note(
          try bench.load(), MigrationLedger(), now: Int64(Date().timeIntervalSince1970 * 1e9))
        #expect(digest(bench, cache) == nil)
        let directory = try bench.load()
        try bench.write("1_a.up.sql", "CREATE TABLE x ()")
        memory?.note(directory, MigrationLedger(), now: later)
        #expect(digest(bench, cache) == nil)
      }
    }
  }

  @Test("a cache that is damaged, or cannot be written, is as if there were none")
  func damaged() throws {
    try withMemory { bench, cache, _ in
      for name in try FileManager.default.contentsOfDirectory(atPath: cache) {
        try writeFile(cache + "/" + name, [0xFF, 0x00, 0x20, 0x20])
      }
      #expect(digest(bench, cache) == nil)
      let memory = DirectoryMemory(ofFolder: bench.folder, cache: "/dev/null/x")
      memory?.note(try bench.load(), MigrationLedger(), now: later)
      #expect(memory?.digest == nil)
    }
  }
}
