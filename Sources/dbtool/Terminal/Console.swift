import Reports

/// Where a command tells of its progress and leaves its result.
struct Console {
  var format: OutputFormat
  var isVerbose: Bool
  var isQuiet: Bool
  var usesColour: Bool
  var outputFile: String?

  /// A line about what is being done, on standard error, so that results can be piped.
  func progress(_ text: String) {
    guard !isQuiet, format == .text else { return }
    Output.error.write(TextRenderer.visible(text) + "\n")
  }

  /// A line that only `--verbose` shows.
  func detail(_ text: String) {
    guard isVerbose else { return }
    Output.error.write(TextRenderer.visible(text) + "\n")
  }

  /// Asks a person; nothing but `y` or `yes` is a yes.
  ///
  /// - Throws: `UsageError` when nobody is there to ask.
  func isAgreed(_ question: String) throws -> Bool {
    guard Output.standardInputIsTerminal, Output.error.isTerminal else {
      throw UsageError("nobody is there to ask", remedy: "give --yes, or --dry-run to look first")
    }
    Output.error.write(TextRenderer.visible(question) + " [y/N] ")
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }

  /// A warning on standard error.
  func warning(_ text: String) {
    Output.error.write("dbtool: warning: \(TextRenderer.visible(text))\n")
  }

  /// The result: the report as text, or the value as JSON.
  func result(_ report: Report, json: some Encodable) throws {
    let renderer = TextRenderer(usesColour: usesColour && outputFile == nil)
    try result(renderer.render(report), json: json)
  }

  /// The result: a text that is taken as it is, or the value as JSON.
  func result(_ plain: String, json: some Encodable) throws {
    let text =
      switch format {
      case .text: plain
      case .json: JSON.text(json) + "\n"
      }
    if let outputFile {
      try Files.write(text, to: outputFile)
    } else if let problem = Output.standard.write(text) {
      throw UsageError("the result cannot be written to standard output: \(problem)")
    }
  }
}
