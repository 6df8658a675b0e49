/// A piece of markup.
///
/// Texts and values of attributes are escaped where they come in, and names are literals, so that
/// nothing that a report says can become markup. Only the page's own files go in as they are.
struct HTML: Sendable, Equatable {
  /// The markup as text.
  private(set) var markup: String

  /// Nothing.
  init() { markup = "" }

  /// A text on one line, with what cannot be seen made visible.
  init(text: String) { markup = Self.escaped(VisibleText.line(text)) }

  /// A text that keeps its line breaks.
  init(lines: String) { markup = Self.escaped(VisibleText.block(lines)) }

  /// An element; an attribute without a value is left out.
  init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
    @HTMLBuilder content: () -> HTML = { HTML() }
  ) {
    var text = "<\(name)"
    for (attribute, value) in attributes {
      guard let value else { continue }
      text += " \(attribute)=\""
      text += Self.escaped(VisibleText.line(value, limit: .max))
      text += "\""
    }
    text += ">"
    if !Self.isVoid(name) {
      text += content().markup
      text += "</\(name)>"
    }
    markup = text
  }

  /// An element around one of the page's own files, which is markup already.
  init(_ name: StaticString, holding file: PageFile) {
    markup = "<\(name)>\(file.text)</\(name)>"
  }

  /// JSON that the page's script reads.
  ///
  /// A script ends where its text says so, whatever JSON thinks of it, so `<` is written as JSON
  /// writes any character.
  init(json: String, id: StaticString) {
    let escaped = json.split(separator: "<", omittingEmptySubsequences: false)
      .joined(separator: "\\u003c")
    markup = "<script type=\"application/json\" id=\"\(id)\">\(escaped)</script>"
  }

  /// Pieces one after the other.
  init(_ pieces: [HTML]) { markup = pieces.map(\.markup).joined() }

  private static func isVoid(_ name: StaticString) -> Bool {
    switch name.description {
    case "meta", "input", "col", "br": true
    default: false
    }
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { replacement(of: $0) != nil }) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 32)
    for byte in text.utf8 {
      if let replacement = replacement(of: byte) {
        bytes += replacement.utf8
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func replacement(of byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}
