import Foundation
import TestSupport
import Testing

@Suite("docs/security.md", .besideOthers)
struct SecurityDocumentTests {
  private static let text = Result {
    try String(
      contentsOfFile: SharedTestData.packageRoot + "/docs/security.md", encoding: .utf8)
  }

  @Test("every test that it names is there")
  func names() throws {
    let text = try Self.text.get()
    let named = text.matches(of: /`(\w+Tests)\/(\w+)`/).map { (String($0.1), String($0.2)) }
    #expect(named.count > 30)
    let tests = SharedTestData.packageRoot + "/Tests"
    let files = try #require(FileManager.default.enumerator(atPath: tests)).compactMap {
      $0 as? String
    }
    for (suite, test) in named {
      let file = files.first { $0.hasSuffix("/\(suite).swift") }
      let source = try file.map {
        try String(contentsOfFile: "\(tests)/\($0)", encoding: .utf8)
      }
      #expect(source?.contains("func \(test)(") == true, "\(suite)/\(test)")
    }
  }

  @Test("every package that is linked is in its list")
  func packages() throws {
    let text = try Self.text.get()
    let manifest = try String(
      contentsOfFile: SharedTestData.packageRoot + "/Package.swift", encoding: .utf8)
    let packages = manifest.matches(of: /package\(url: "[^"]+\/([\w-]+)"/).map { String($0.1) }
    let libraries = manifest.matches(of: /name: "(C[A-Z]\w+)"/).map { String($0.1) }
    #expect(packages.count >= 3 && libraries.count >= 7)
    for name in packages + libraries {
      #expect(text.contains("`\(name)`"), "\(name)")
    }
  }
}
