import TestSupport
import Testing

@testable import Reports

@Suite(
  "Reports as commands of GitHub Actions", .besideOthers,
  .enabled(if: Validator.areThere, Comment(rawValue: Validator.absence)))
struct GitHubTests {
  private struct Answer: Decodable {
    struct Command: Decodable, Equatable {
      var name: String
      var data: String
      var properties: [String: String]
    }

    var lines: Int
    var commands: [Command]
  }

  private func read(_ text: String) throws -> Answer {
    try Validator.github.read(text, as: Answer.self)
  }

  @Test("findings are annotations beside their lines, and a stage that broke off is one")
  func sample() throws {
    let answer = try read(CheckFormat.github.render(.sample))
    #expect(answer.commands.map(\.name) == ["error", "error", "warning", "notice"])
    #expect(
      answer.commands[0]
        == .init(
          name: "error", data: "could not connect to server\nis it running?",
          properties: ["title": "drift could not be carried out"]))
    #expect(
      answer.commands[1].properties == [
        "file": "policies/010_0.sql", "line": "1", "col": "1", "title": "using-true: public.t0",
      ])
    #expect(answer.commands[1].data.contains("Fix: DROP POLICY all_rows ON public.t0;"))
    #expect(answer.lines == 5)
  }

  @Test(
    "hostile names make no command, and come out as they went in", arguments: HostileNames.allCases)
  func hostile(names: HostileNames) throws {
    let report = names.report
    let answer = try read(CheckFormat.github.render(report))
    #expect(
      answer.commands.map(\.name) == [
        "error", "error", "warning", "warning", "notice", "notice",
      ])
    #expect(answer.lines == 7)
    let file = LegalText.line(names.name("policies/010_0.sql"))
    #expect(answer.commands[1].properties["file"] == WorkflowCommand.inert(file))
    #expect(Set(answer.commands[1].properties.keys) == ["file", "line", "col", "title"])
  }

  @Test("of 10,000 findings the worst are shown, and the rest is counted and in the log")
  func many() throws {
    let report = CheckReport.sample(tables: 200, findings: 10_000)
    let text = CheckFormat.github.renderedWithoutWaste(report)
    let answer = try read(text)
    let names = answer.commands.map(\.name)
    for level in ["error", "warning", "notice"] {
      #expect(names.filter { $0 == level }.count == 10)
    }
    #expect(names.filter { $0.hasSuffix("group") } == ["group", "endgroup"])
    // Of 7,500 that are not accepted 9 + 10 + 9 are annotations.
    #expect(
      answer.commands.last?.data
        == "7472 more are in the log of this step, since GitHub shows 10 of each level.")
    #expect(answer.lines == 29 + 7_472 + 3 + 1)
  }

  @Test("hostile names make no command where they stand in the log")
  func hostileLog() throws {
    let names = HostileNames.commands
    let report = CheckReport.sample(tables: 4, findings: 90, naming: names.name)
    let commands = try read(CheckFormat.github.render(report)).commands
    #expect(commands.count == 10 + 10 + 10 + 2)
    #expect(!commands.contains { ["set-env", "add-mask", "stop-commands"].contains($0.name) })
  }

  @Test("without findings there is a line, and no command")
  func nothing() throws {
    let report = CheckReport(
      tool: .init(version: "0.1.0"), command: "gate", project: "p",
      startedAt: "2026-11-18T09:30:00Z")
    let text = CheckFormat.github.render(report)
    #expect(text == "dbtool gate: passed, 0 found, 0 accepted\n")
    #expect(try read(text).commands.isEmpty)
  }

  @Test("in what people are shown, the reader sees none of the commands that somebody slips in")
  func disarmed() throws {
    let text =
      "::error::a\n  ::set-env name=A::b\r::ADD-MASK::c\nsome words ##[add-path]d\n\u{a0}::no::e\nand ::error::f"
    #expect(try read(text).commands.count >= 4)
    let shown = WorkflowCommand.disarmed(text)
    #expect(try read(shown).commands.isEmpty, "\(shown)")
    #expect(shown.hasPrefix(": :error::a\n  : :set-env name=A::b\r"))
    #expect(shown.hasSuffix("\nand ::error::f"))
    let json = WorkflowCommand.disarmed("[\"##[error]x\"]", isJSON: true)
    #expect(json == ##"["#\u0023[error]x"]"##)
  }

  @Test("the reader sees the commands that somebody slips in")
  func injected() throws {
    let commands = try read(
      "::error::a\n  ::set-env name=A::b\r::ADD-MASK::c\nsome words ##[add-path]d\n::no::e\n : ::error::f"
    ).commands
    #expect(commands.map(\.name) == ["error", "set-env", "add-mask", "add-path"])
    #expect(commands[1].properties == ["name": "A"])
    let escaped = try read("::error title=a%3A%2C%250A::b%0A%250A").commands
    #expect(escaped.map(\.data) == ["b\n%0A"])
    #expect(escaped.map(\.properties) == [["title": "a:,%0A"]])
  }
}
