import Foundation
import SQLSyntax
import Testing

/// Where `Benchmarks/split-cases` wrote its cases.
private let casesFolder = ProcessInfo.processInfo.environment["DBTOOL_SPLIT_CASES"]

@Suite(
  "Files that another program cut as well",
  .enabled(if: casesFolder != nil, "DBTOOL_SPLIT_CASES names no folder"))
struct SplitCaseTests {
  @Test("no statement is lost, merged or cut, and each stands where it is said to stand")
  func same() throws {
    let folder = try #require(casesFolder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".sql") }
    #expect(!names.isEmpty)
    var count = 0
    for name in names.sorted() {
      let source = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name.dropLast(4)).json"))
      let expected = try JSONDecoder().decode([String].self, from: data)
      let found = try StatementSplitter.split(source)
      #expect(found.map { essence($0.text) } == expected.map { essence($0) }, "\(name)")
      let bytes = Array(source.utf8)
      for statement in found {
        let end = statement.utf8Offset + statement.text.utf8.count
        let text = String(decoding: bytes[statement.utf8Offset..<end], as: UTF8.self)
        #expect(text == statement.text)
      }
      count += found.count
    }
    print("\(count) statements of \(names.count) files")
  }

  /// Without the comments and white space around it, which the other program keeps.
  private func essence(_ text: String) -> String {
    (try? StatementSplitter.split(text).first?.text) ?? text
  }
}
