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
    PasswordMask.masked(text)
  }
}
