/// PostgreSQL's text form of one-dimensional arrays.
///
/// PostgreSQL manual, section 8.15.6 "Array Input and Output Syntax".
package enum PostgresArray {
  /// The elements of `text`, for example of `{a,"b, c",NULL}`; nil is NULL.
  package static func elements(of text: String) -> [String?] {
    var elements: [String?] = []
    var element: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false
    var isEscaped = false
    var hasElement = false
    func finished() -> String? {
      let value = String(decoding: element, as: UTF8.self)
      return !wasQuoted && value == "NULL" ? nil : value
    }
    for byte in text.utf8.dropFirst().dropLast() {
      hasElement = true
      if isEscaped {
        element.append(byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        wasQuoted = true
      } else if byte == UInt8(ascii: ","), !isQuoted {
        elements.append(finished())
        element = []
        wasQuoted = false
      } else {
        element.append(byte)
      }
    }
    if hasElement { elements.append(finished()) }
    return elements
  }

  /// The text of an array of `elements`, each in quotes.
  package static func text(of elements: [String]) -> String {
    let quoted = elements.map { element in
      // Scalars: a quote with an accent on it is one character to Swift and a quote to PostgreSQL.
      "\""
        + element.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }
        .joined() + "\""
    }
    return "{" + quoted.joined(separator: ",") + "}"
  }
}
