/// An element of an XML document.
struct XMLElement: Sendable {
  /// Its name.
  var name: String
  /// Its attributes in order.
  var attributes: [(name: String, value: String)] = []
  /// The text in it; its lines stay.
  var text = ""
  /// The elements in it, behind the text.
  var children: [XMLElement] = []

  /// Writes it and what is in it.
  ///
  /// - Parameter depth: How far it is indented.
  func write(to output: inout String, depth: Int = 0) {
    let indent = String(repeating: "  ", count: depth)
    output += "\(indent)<\(name)"
    for attribute in attributes {
      output += " \(attribute.name)=\"\(Self.escaped(attribute.value))\""
    }
    if text.isEmpty, children.isEmpty {
      output += "/>\n"
      return
    }
    output += ">" + Self.escaped(text)
    if !children.isEmpty {
      output += "\n"
      for child in children { child.write(to: &output, depth: depth + 1) }
      output += indent
    }
    output += "</\(name)>\n"
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x26, 0x3C, 0x3E].contains($0) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      // "]]>" must not stand in a text.
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
