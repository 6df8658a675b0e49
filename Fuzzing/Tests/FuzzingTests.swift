import Foundation
import Testing

/// What fuzzing once found, and what it starts from, held to the same as there.
struct FuzzingTests {
  @Test(arguments: FuzzTarget.all.map(\.name))
  func everyInputIsAsItShouldBe(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "corpus").appending(path: name)
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    try #require(!files.isEmpty)
    for file in files {
      #expect(throws: Never.self, "\(file.lastPathComponent)") {
        try target.check(Array(Data(contentsOf: file)))
      }
    }
  }
}
