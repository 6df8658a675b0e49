import Foundation
import TestSupport
import Testing

@Suite("ARCHITECTURE.md", .besideOthers)
struct ArchitectureTests {
  /// The rooms of the house, from the top down.
  private static func rooms() throws -> [String] {
    let text = try String(
      contentsOfFile: SharedTestData.packageRoot + "/ARCHITECTURE.md", encoding: .utf8)
    let drawing = try #require(text.split(separator: "```").dropFirst().first)
    return drawing.matches(of: #/^(?: *[├└]─ )?([A-Za-z]+) /#.anchorsMatchLineEndings()).map {
      String($0.1)
    }
  }

  /// The Swift files of a room, with the lines that are no comments.
  private static func files(of room: String) throws -> [(name: String, code: [Substring])] {
    let folder = SharedTestData.packageRoot + "/Sources/" + room
    let names = try #require(FileManager.default.enumerator(atPath: folder))
    return try names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map { name in
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      return (
        name, text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
      )
    }
  }

  @Test("it draws every room, and no other")
  func complete() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: SharedTestData.packageRoot + "/Sources")
    let libraries = folders.filter { $0.contains(/^C[A-Z]/) }
    #expect(libraries.count >= 7)
    #expect(try Set(folders).subtracting(libraries) == Set(Self.rooms()))
  }

  @Test("a room imports only rooms that stand below it")
  func downward() throws {
    let rooms = try Self.rooms()
    var found = 0
    for (height, room) in rooms.enumerated() {
      for (name, code) in try Self.files(of: room) {
        // To look for a word first is many times quicker than the expression.
        for line in code where line.contains("import ") {
          guard let match = line.firstMatch(of: /^(?:@\w+ )*(?:\w+ )?import (\w+)$/),
            let other = rooms.firstIndex(of: String(match.1))
          else { continue }
          found += 1
          #expect(other > height, "\(room)/\(name) imports \(match.1)")
        }
      }
    }
    #expect(found > 1_000)
  }

  @Test("nobody but dbtool prints, ends the process, or reads arguments and environment")
  func quiet() throws {
    let forbidden = /\b(?:print|getenv|exit|_exit)\(|\bProcessInfo\.|\bCommandLine\.|\benviron\b/
    #expect("  print(\"x\")".contains(forbidden) && !"finger.print_all()".contains(forbidden))
    for room in try Self.rooms() where room != "dbtool" {
      for (name, code) in try Self.files(of: room) {
        // libpq reads its variables itself; one of them has another default here.
        for line in code where line.contains(forbidden) && !line.contains("\"PGCONNECT_TIMEOUT\"") {
          Issue.record("\(room)/\(name): \(line)")
        }
      }
    }
  }
}
