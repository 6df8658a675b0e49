import Testing
import YAML

@Suite("Changes of a YAML text")
struct YAMLEditTests {
  private static let changes: [YAMLEdit.Change] = [
    ("url", nil), ("cluster", "arn:aws:rds"), ("database", "a: b"), ("note", nil),
  ]

  private func edit(_ text: String, _ changes: [YAMLEdit.Change] = changes) throws -> String {
    try YAMLEdit(text).setting(changes, in: "dev", of: "environments")
  }

  private static let block = """
    environments:
      dev:
        cluster: "arn:aws:rds"
        database: "a: b"

    """

  @Test(
    "what is missing is made at the end",
    arguments: ["", "# nothing\n", "url: x\n", "url: x", "---\nurl: x\n"])
  func missing(_ text: String) throws {
    let result = try edit(text)
    let gap = text.isEmpty ? "" : "\n"
    let whole = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    #expect(result == whole + gap + Self.block)
  }

  @Test("a section without entries gets one")
  func empty() throws {
    #expect(try edit("environments:\nurl: x\n") == Self.block + "url: x\n")
    #expect(try edit("environments:\n  # none yet\n\nurl: x\n").hasSuffix("url: x\n"))
    #expect(
      try edit("environments:\n  dev:\n  prod:\n    url: y\n") == Self.block
        + "  prod:\n    url: y\n")
  }

  @Test("keys are changed, taken away and added, and every other line stays as it is")
  func changes() throws {
    let text = """
      # The project.
      migrations: migrations  # where they are

      environments:
          # For developers.
          dev:
              url: "ephemeral:dev"   # goes

              # Kept.
              protected: true
              database: |
                old
                lines

          # The others.
          prod: {url: "postgres://x"}
      # The end.
      policies: policies

      """
    #expect(
      try edit(text) == """
        # The project.
        migrations: migrations  # where they are

        environments:
            # For developers.
            dev:

                # Kept.
                protected: true
                database: "a: b"
                cluster: "arn:aws:rds"

            # The others.
            prod: {url: "postgres://x"}
        # The end.
        policies: policies

        """)
  }

  @Test("the same change twice changes nothing the second time")
  func twice() throws {
    let once = try edit("url: x\n")
    #expect(try edit(once) == once)
  }

  @Test("lines go on ending as they did")
  func lineEnds() throws {
    let result = try edit("environments:\r\n  prod:\r\n    url: y\r\n")
    let text = "environments:\n  prod:\n    url: y\n  dev:\n    cluster: \"arn:aws:rds\"\n"
    let wanted = (text + "    database: \"a: b\"\n").replacing("\n", with: "\r\n")
    #expect(result == wanted)
  }

  @Test(
    "each line keeps its own end, and lines are counted as YAML counts them",
    arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"])
  func otherLineEnds(_ end: String) throws {
    let before = "# one\n# two\(end)# three\nenvironments:\n  dev:\n"
    let after = "  # of others\(end)  prod:\n    url: y\(end)policies: x"
    let added = "    cluster: \"arn:aws:rds\"\n    database: \"a: b\"\n"
    let result = try edit(before + "    url: x\(end)" + after)
    #expect(Array(result.unicodeScalars) == Array((before + added + after).unicodeScalars))
  }

  @Test("what stands behind a value that changes stays behind it")
  func comments() throws {
    let text = """
      environments:
        dev:
          cluster: old#1   # ours
          database: "a # b"\t# theirs
          note:    # gone

      """
    #expect(
      try edit(text) == """
        environments:
          dev:
            cluster: "arn:aws:rds"   # ours
            database: "a: b"\t# theirs

        """)
  }

  @Test("a line that says already what is wanted stays, with its comment")
  func same() throws {
    let text = "environments:\n  dev:\n    cluster: 'arn:aws:rds'  # ours\n    database: \"a: b\"\n"
    #expect(try edit(text) == text)
  }

  @Test("names and values that would be something else are written in quotes")
  func hostile() throws {
    let name = "d: 'e' #\n\"\u{202e}\u{7f}\u{85}\u{2028}\u{fffe}"
    let text = try YAMLEdit("").setting([("url", "- x\n\u{1}")], in: name, of: "environments")
    let root = try YAMLDocument.parse(text)
    let entry = root?.members?.first?.value.members?.first
    #expect(entry?.key == name && entry?.value.members?.first?.value.text == "- x\n\u{1}")
  }

  @Test(
    "what is not written over lines of its own is left alone, and the line is told",
    arguments: [
      ("environments: {dev: {url: x}}\n", 1), ("a: 1\nenvironments:\n  dev: {url: x}\n", 3),
      ("environments: []\n", 1), ("[a]\n", 1), ("environments: text\n", 1),
      ("environments:\n  dev: text\n", 2),
    ])
  func unfit(_ text: String, _ line: Int) {
    let error = #expect(throws: YAMLError.self) { try edit(text) }
    #expect(error?.line == line)
  }

  @Test("a text that would say something else afterwards is left alone")
  func others() {
    // What follows the end of a document is not read.
    #expect(throws: YAMLError.self) { try edit("url: x\n...\n") }
    #expect(throws: YAMLError.self) { try edit("a: [") }
    let anchored = "environments:\n  dev: &dev\n    url: x\n  test: *dev\n"
    #expect(throws: YAMLError.self) { try edit(anchored) }
  }
}
