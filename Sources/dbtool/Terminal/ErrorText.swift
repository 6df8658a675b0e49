import Reports

/// What errors quote came from a command line, a file or a server: it may hold anything.
enum ErrorText {
  /// `text` fit for a terminal and a log.
  ///
  /// Control characters are made visible, lines after the first one are indented so that none of
  /// them passes for a message of its own, and the passwords of URLs are masked.
  static func safe(_ text: String) -> String {
    let lines = withoutPasswords(text).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      // ArgumentParser begins its lines with these words.
      let isOurs = ["  ", "Usage:", "Help:"].contains { line.hasPrefix($0) }
      let isFlush = index > 0 && !line.isEmpty && !isOurs
      return (isFlush ? "    " : "") + TextRenderer.visible(String(line))
    }.joined(separator: "\n")
  }

  /// A message as standard error gets it: its beginning in colour, its lines within the window.
  static func message(
    _ beginning: String, _ meaning: Text.Meaning, _ text: String, _ colours: ColourChoice
  ) -> String {
    let plain = TextRenderer(usesColour: false, width: Output.error.columns)
    let lines = "\(beginning) \(text)".split(separator: "\n", omittingEmptySubsequences: false)
    let shown = lines.map { plain.render(Report([.line(Text(String($0)))])) }.joined()
    let coloured = TextRenderer(usesColour: colours.isWanted(for: .error))
      .styled(beginning, meaning)
    return coloured + shown.dropFirst(beginning.count)
  }

  /// `text` with `***` for the passwords in it: those of URLs, connection strings and statements.
  static func withoutPasswords(_ text: String) -> String {
    withoutPasswordsOfStatements(withoutPasswordsOfURLs(text))
  }

  private static func withoutPasswordsOfURLs(_ text: String) -> String {
    guard text.contains("://") else { return text }
    var result = ""
    var rest = text[...]
    while let scheme = rest.firstRange(of: "://") {
      result += rest[..<scheme.upperBound]
      rest = rest[scheme.upperBound...]
      let url = rest.prefix { !$0.isWhitespace && $0 != "'" && $0 != "\"" }
      // The last @, because an @ that was not percent-encoded belongs to the password.
      guard let colon = url.firstIndex(of: ":"), let at = url.lastIndex(of: "@"), colon < at else {
        continue
      }
      result += rest[...colon] + "***"
      rest = rest[at...]
    }
    return result + rest
  }

  /// Masks `PASSWORD 'x'` of roles and of foreign servers' users, and `password=x` of connection strings.
  private static func withoutPasswordsOfStatements(_ text: String) -> String {
    guard text.lowercased().contains("password") else { return text }
    // Between the word and its literal may be comments, or nothing; a literal may go on in a second one,
    // be cut off, or have its quotes doubled, where the statement stands inside a string itself.
    // Bounds, and quantifiers that give nothing back, since the text may be anybody's.
    let literal =
      #/
      (?is)(password"?(?:\s|=|/\*.{0,200}?\*/|--[^']{0,200}+){0,50}+)
      (?:[eu]?&?(?:'{2,}+[^']++'{2,}+|(?:\s*'(?:[^'\\]|\\.|'')*'?)+)|\$(\w{0,63}+)\$.*?(?:\$\2\$|$))
      /#
    let unquoted = /(?i)(password=)[^\s',;)*]+/
    return text.replacing(literal) { "\($0.output.1)'***'" }
      .replacing(unquoted) { "\($0.output.1)***" }
  }
}
