import Foundation
import Isolation
import TestSupport
import Testing

@Suite("The book of rules")
struct RuleBookTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("no rule stands twice, and each says what, why, how it looks, and who says so")
  func complete() {
    #expect(Set(RuleBook.all.map(\.name)).count == RuleBook.all.count)
    for rule in RuleBook.all {
      for text in [rule.title, rule.why, rule.example, rule.source] {
        #expect(text.contains { !$0.isWhitespace }, "\(rule.name)")
      }
      #expect(!rule.title.hasSuffix("."), "\(rule.name)")
      #expect(rule.why.hasSuffix("."), "\(rule.name)")
    }
  }

  @Test("every rule that the sources name is in the book, and every one in the book is named")
  func named() throws {
    let names = try Self.namesInSources()
    #expect(names.count > 20)
    for name in names { #expect(RuleBook.rule(named: name) != nil, "\(name) is not in the book") }
    for rule in RuleBook.all where !rule.name.hasPrefix("cross-tenant-") {
      #expect(names.contains(rule.name), "\(rule.name) is of no finding")
    }
  }

  @Test("the manual page lists every rule")
  func documented() throws {
    let page = try String(
      contentsOf: Self.project.appending(path: "docs/verify-rls.md"), encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.joined()
    for rule in RuleBook.all {
      // A row may name several that differ in their last word: `cross-tenant-read`, `-insert`.
      let last = rule.name.split(separator: "-").last ?? ""
      #expect(
        rows.contains("`\(rule.name)`")
          || (rule.name.hasPrefix("cross-tenant-") && rows.contains("`-\(last)`")),
        "\(rule.name) is not in docs/verify-rls.md")
    }
  }

  @Test("every example works on PostgreSQL as it stands")
  func examples() throws {
    // Examples change the attributes of roles.
    let server = try TestServer.dedicated()
    try PlantedSchema.with("", server: server) { schema in
      for rule in RuleBook.all {
        let script = ["BEGIN;", RuleBook.examplePreparation, rule.example, "ROLLBACK;"]
        let outcome = try Psql.paste(script.joined(separator: "\n"), on: schema.database)
        #expect(outcome.errors.isEmpty, "\(rule.name): \(outcome.errors)")
      }
    }
  }

  @Test("a name that is nearly right leads to the right one")
  func near() {
    #expect(RuleBook.names(near: "using-ture").first == "using-true")
    #expect(RuleBook.names(near: "view_definer").first == "view-definer")
    #expect(RuleBook.names(near: "TRUNCATE").contains("truncate-granted"))
    #expect(RuleBook.names(near: "xyz") == [])
    #expect(RuleBook.names(near: "") == [])
  }

  /// What stands where the name of a finding's rule stands.
  private static func namesInSources() throws -> Set<String> {
    let folder = project.appending(path: "Sources/Isolation")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let place =
      /(?:\brule:|\brule =|inding\(|\bnote\()\s*(?:[^",;()]*\?\s*)?"([a-z]+(?:-[a-z]+)+)"(?:\s*:\s*"([a-z]+(?:-[a-z]+)+)")?/
    var names: Set<String> = []
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift", !file.lastPathComponent.hasPrefix("RuleBook+") else {
        continue
      }
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: place) {
        names.insert(String(match.output.1))
        if let other = match.output.2 { names.insert(String(other)) }
      }
    }
    return names
  }
}
