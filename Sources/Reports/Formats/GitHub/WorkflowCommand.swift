/// One command to the runner of GitHub Actions, which is a line of a step's output.
package struct WorkflowCommand: Sendable {
  /// Its name, for example `error`.
  var name: String
  /// Its properties in order.
  var properties: [(name: String, value: String)] = []
  /// What it says; may have several lines.
  var message = ""

  /// The line, without its end.
  var line: String {
    let list = properties.filter { !$0.value.isEmpty }
      .map { "\($0.name)=\(Self.escaped($0.value, Self.property))" }.joined(separator: ",")
    return "::\(name)\(list.isEmpty ? "" : " " + list)::" + Self.escaped(message, Self.data)
  }

  /// A text in which the runner finds no command, whatever a project's files put into it.
  ///
  /// It looks for them in all that a step writes, on either stream, and at the beginning of a line it
  /// passes over spaces.
  ///
  /// - Parameter isJSON: Keeps the meaning of a JSON text.
  package static func disarmed(_ text: String, isJSON: Bool = false) -> String {
    if isJSON { return text.replacing("##[", with: "#\\u0023[") }
    var result = ""
    var rest = text[...]
    while !rest.isEmpty {
      let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      let next = end.map { rest.utf8.index(after: $0) } ?? rest.endIndex
      let line = rest[..<next]
      let words = line.drop { $0.isWhitespace }
      result +=
        words.utf8.starts(with: "::".utf8)
        ? line[..<words.startIndex] + ": " + inert(String(words.dropFirst()))
        : inert(String(line))
      rest = rest[next...]
    }
    return result
  }

  /// A line that the runner takes for no command, whatever is in it.
  ///
  /// - Parameter line: Does not begin with two colons.
  static func inert(_ line: String) -> String {
    // The older form of commands may stand anywhere in a line.
    guard line.utf8.contains(UInt8(ascii: "#")) else { return line }
    var result = ""
    var hashes = 0
    // By scalars: a bracket with an accent on it is another Character, and still a bracket there.
    for scalar in line.unicodeScalars {
      if scalar == "[", hashes >= 2 { result += " " }
      hashes = scalar == "#" ? hashes + 1 : 0
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  private static let data: [Unicode.Scalar: String] = ["%": "%25", "\r": "%0D", "\n": "%0A"]
  private static let property = data.merging([":": "%3A", ",": "%2C"]) { $1 }

  private static func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if let escape = escapes[scalar] {
        result += escape
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return inert(result)
  }
}
