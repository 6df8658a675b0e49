/// Text as SARIF takes it.
enum SARIFText {
  /// Text for a message, in which braces and what looks like a link stand for themselves.
  static func message(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x7B, 0x7D, 0x5D].contains($0) }) else { return text }
    var result = ""
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      // Braces hold the places of arguments.
      case "{": result += "{{"
      case "}": result += "}}"
      // "[text](target)" is a link; a bracket behind a backslash ends no text.
      case "(" where previous == "]":
        result.unicodeScalars.removeLast()
        result += "\\]("
      default: result.unicodeScalars.append(scalar)
      }
      previous = scalar
    }
    return result
  }

  /// A path from the project's folder as a URI.
  static func uri(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    // Two slashes at the beginning would name a host, and one the root.
    return String(result.drop { $0 == "/" })
  }
}
