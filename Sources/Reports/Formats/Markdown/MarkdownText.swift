/// Text that stands for itself in GitHub's Markdown.
enum MarkdownText {
  /// Nothing to see, and enough to keep GitHub from making a link of what stands around it.
  private static let gap = "&#8203;"

  /// Words: on one line, and without anything that makes markup, a link or a mention.
  static func escaped(_ text: String) -> String {
    let text = LegalText.line(text)
    var result = ""
    // The last letters, small.
    var tail = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // A backslash does not keep it in its cell in every reader.
      case "|": result += "&#124;"
      // Mentions, mail addresses and numbers of issues are looked for in what is left at the end.
      case "@", "#": result += "\\\(scalar)\(gap)"
      case "/" where tail.hasSuffix(":"): result += gap + "/"
      case "." where tail == "www": result += gap + "."
      case "-" where tail.hasSuffix("gh"): result += gap + "-"
      case "\\", "`", "*", "_", "~", "[", "]", "!", "$", "{", "}", "^", "=", "+":
        result += "\\\(scalar)"
      default: result.unicodeScalars.append(scalar)
      }
      tail.unicodeScalars.append(scalar.isASCII ? Self.small(scalar) : " ")
      if tail.utf8.count > 3 { tail.unicodeScalars.removeFirst() }
    }
    return result
  }

  private static func small(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let isCapital = ("A"..."Z").contains(scalar)
    return isCapital ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
  }

  /// A name, on one line and as code, in which nothing is markup.
  static func name(_ text: String, atMost limit: Int = 200) -> String {
    let visible = LegalText.line(text, atMost: limit)
    guard !visible.isEmpty else { return "" }
    var result = "`"
    for scalar in visible.unicodeScalars {
      switch scalar {
      // Both would end what they stand in, and are in the names of attackers only.
      case "`", "|": result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "`"
  }

  /// Words within HTML, where Markdown is not read.
  static func html(_ text: String) -> String {
    var result = ""
    for scalar in LegalText.line(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "@", "#": result += "\(scalar)\(gap)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A text as a block, within a fence that is longer than any in it.
  static func block(_ text: String, language: String = "") -> String {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(language)\n\(text)\n\(fence)\n"
  }
}
