import Foundation
import TestSupport
import Testing

@Suite("The newcomer's path", .besideOthers)
struct GettingStartedTests {
  /// A command of the page, and what the page says that it prints.
  private struct Step {
    var command: String
    var output: [String] = []
  }

  @Test(
    "a page of docs/, word for word in an empty folder",
    arguments: ["getting-started.md", "tutorial.md"])
  func page(_ name: String) throws {
    let page = try String(
      contentsOfFile: SharedTestData.packageRoot + "/docs/" + name, encoding: .utf8)
    let steps = Self.steps(of: page)
    #expect(steps.count > 8)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let environment = ["PATH": (Tool.path as NSString).deletingLastPathComponent + ":" + path]
    try withTemporaryDirectory { folder in
      defer {
        _ = try? Tool.run(["dev", "stop", "--remove"], directory: folder)
      }
      for step in steps {
        // As on a terminal, where both streams are one.
        let outcome = try Tool.shell(
          "exec 2>&1\n" + step.command, environment: environment, directory: folder)
        let (said, does) = (step.output.map(Self.normal), Self.lines(outcome.stdout))
        #expect(does == said, "$ \(step.command)\n\(outcome.stdout)")
      }
    }
  }

  @Test("a page that says something else than what happens is noticed")
  func canFail() throws {
    let steps = Self.steps(of: "```console\n$ cat <<'END'\none  2 ms\nEND\none  3 s\n$ true\n```\n")
    #expect(steps.map(\.command) == ["cat <<'END'\none  2 ms\nEND", "true"])
    #expect(steps[0].output.map(Self.normal) == Self.lines("one 15.20 s\n"))
    #expect(steps[0].output.map(Self.normal) != Self.lines("two 15.20 s\n"))
    #expect(Self.lines("up: apply  7 s\nup  passed\n") == ["up passed"])
  }

  /// The commands of the page's console blocks in their order.
  private static func steps(of page: String) -> [Step] {
    var steps: [Step] = []
    var (isConsole, isDocument) = (false, false)
    for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        isConsole = line == "```console"
      } else if !isConsole {
        continue
      } else if isDocument {
        steps[steps.count - 1].command += "\n" + line
        isDocument = line != "END"
      } else if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2))))
        isDocument = line.hasSuffix("<<'END'")
      } else if !steps.isEmpty {
        steps[steps.count - 1].output.append(line)
      }
    }
    return steps
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    // What a slow machine says besides: how long a stage is already taking.
    return lines.filter { $0.firstMatch(of: /^\S+: .*  \d+ s$/) == nil }.map(normal)
  }

  /// A line without what differs from run to run.
  private static func normal(_ line: String) -> String {
    line.replacing(/\b\d{14}_/, with: "VERSION_")
      .replacing(/127\.0\.0\.1:\d+/, with: "ADDRESS")
      .replacing(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, with: "DATE")
      .replacing(/\b\d+(\.\d+)? (ms|s|min \d+ s)\b/, with: "TIME")
      .replacing(/\ +/, with: " ")
  }
}
