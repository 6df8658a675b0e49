import Testing
import YAML

@Suite("YAML documents")
struct YAMLDocumentTests {
  private func root(_ text: String) throws -> YAMLNode {
    try #require(try YAMLDocument.parse(text))
  }

  @Test("mappings, lists and texts keep their order and their lines")
  func structure() throws {
    let root = try root("# comment\na: 1\nlist:\n  - x\n  - 'null'\nempty:\n")
    let members = try #require(root.members)
    #expect(members.map(\.key) == ["a", "list", "empty"])
    #expect(members.map(\.line) == [2, 3, 6])
    #expect(members[0].value.text == "1")
    #expect(members[1].value.elements?.map(\.text) == ["x", "null"])
    #expect(members[2].value.isNull)
  }

  @Test("an empty text holds no document", arguments: ["", "# only a comment\n", "\n\n"])
  func nothing(text: String) throws {
    let root = try YAMLDocument.parse(text)
    #expect(root == nil)
  }

  @Test("broken YAML is refused with its line")
  func broken() throws {
    let error = #expect(throws: YAMLError.self) { try YAMLDocument.parse("a: 1\nb: [1, 2\nc: 3\n") }
    #expect(error?.line == 3)
  }

  @Test("a key that stands twice is refused, since one of the two would be ignored")
  func duplicate() throws {
    let error = #expect(throws: YAMLError.self) { try YAMLDocument.parse("a: 1\nb: 2\na: 3\n") }
    #expect(error?.description == "line 3: the key a stands twice")
  }

  @Test("what goes too deep is refused where it does, not at its end")
  func depth() {
    for (open, line) in [("[", 1), ("{a: ", 1), ("- ", 1), ("[\n", 101)] {
      let error = #expect(throws: YAMLError.self) {
        try YAMLDocument.parse(String(repeating: open, count: 150_000))
      }
      #expect(error?.message == "too many or too deeply nested values", "\(open)")
      #expect(error?.line == line, "\(open)")
    }
    // At its end it would be a hundred times as many, each as slow as there are before it. The best of
    // some, since others work as well; and no time limit, which counts the wait for a thread too.
    func best(_ count: Int) -> Duration? {
      let text = String(repeating: "[", count: count)
      return (0..<5).map { _ in
        ContinuousClock().measure { _ = try? YAMLDocument.parse(text) }
      }.min()
    }
    let (short, long) = (best(1_500), best(150_000))
    #expect(long ?? .zero < (short ?? .zero) * 1_000)
    let fits = String(repeating: "[", count: 99) + String(repeating: "]", count: 99)
    #expect(throws: Never.self) { try YAMLDocument.parse(fits) }
  }

  @Test("a second document is refused, since nobody would read it; an end without one is none")
  func documents() throws {
    for (text, line) in [("a: 1\n---\nb: 2\n", 3), ("a: 1\n...\n---\n{b: 2}\n", 4)] {
      let error = #expect(throws: YAMLError.self) { try YAMLDocument.parse(text) }
      #expect(error?.message == "a second document begins here; only one is read")
      #expect(error?.line == line)
    }
    #expect(throws: YAMLError.self) { try YAMLDocument.parse("a: 1\n...\n{{{{ x") }
    for text in ["---\na: 1\n...\n", "a: 1\n---\n", "a: 1\n---\n# end\n"] {
      #expect(try root(text).members?.count == 1, "\(text)")
    }
  }

  @Test("aliases are followed, and those that grow without end are refused")
  func aliases() throws {
    let node = try root("a: &x {k: v}\nb: *x\n")
    #expect(node.members?[1].value.members?.first?.value.text == "v")
    var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
      bomb += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(throws: YAMLError.self) { try YAMLDocument.parse(bomb) }
  }
}
