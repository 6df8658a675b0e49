import Reports

/// Where a command tells of its progress and leaves its result.
struct Console {
  var format: OutputFormat
  var isVerbose: Bool
  var isQuiet: Bool
  var colours: ColourChoice
  var outputFile: String?

  /// A line about what is being done, on standard error, so that results can be piped.
  func progress(_ text: String) {
    guard tells else { return }
    Output.error.write(lines(Text(text)))
  }

  /// A line that only `--verbose` shows.
  func detail(_ text: String) {
    guard isVerbose, !isQuiet else { return }
    Output.error.write(lines(Text(text, .faint)))
  }

  /// Says what is going on in the one line at the end of standard error, for example
  /// `verify-rls: 12 of 40 mutants`; see `ProgressLine`.
  func status(_ text: String) {
    guard tells else { return }
    ProgressLine.shared.show(text)
  }

  /// Takes the line of `status` away, and with it the time that it counts.
  func clearStatus() {
    guard tells else { return }
    ProgressLine.shared.clear()
  }

  /// Says what is going on as long as `work` takes, and then again what was said before.
  func during<Result>(_ text: String, _ work: () throws -> Result) rethrows -> Result {
    let before = ProgressLine.shared.text
    status(text)
    defer {
      if let before { status(before) } else { clearStatus() }
    }
    return try work()
  }

  /// Where standard error hears of progress: JSON is for programs, which want to hear nothing else.
  private var tells: Bool { !isQuiet && format != .json }

  private func lines(_ text: Text) -> String {
    let renderer = TextRenderer(
      usesColour: colours.isWanted(for: .error), width: Output.error.columns)
    return renderer.render(Report([.line(text)]))
  }

  /// A warning on standard error.
  func warning(_ text: String) {
    Output.error.write(
      ErrorText.message("dbtool: warning:", .doubtful, TextRenderer.visible(text), colours))
  }

  /// The result: the report as text, or the value as JSON.
  func result(_ report: @autoclosure () -> Report, json: some Encodable) throws {
    guard format == .text else { return try result("", json: json) }
    let isFile = outputFile != nil
    let renderer = TextRenderer(
      usesColour: !isFile && colours.isWanted(for: .standard),
      width: isFile ? nil : Output.standard.columns)
    try result(renderer.render(report()), json: json)
  }

  /// The result: a text that is taken as it is, or the value as JSON.
  func result(_ plain: String, json: some Encodable) throws {
    // A command with more forms than these two gives a `CheckReport`.
    try write(format == .text ? plain : JSON.text(json) + "\n")
  }

  /// The result of a check in whatever form was asked for, and in those that were asked for besides.
  ///
  /// - Parameter text: What is shown to people.
  func result(_ text: Report, _ check: CheckReport, also reports: ReportArguments) throws {
    try result(text, check, json: check, also: reports)
  }

  /// The result of a check that has a JSON form of its own.
  func result(
    _ text: Report, _ check: CheckReport, json: some Encodable, also reports: ReportArguments
  ) throws {
    // CI systems want paths from the top of the repository.
    let check = check.located(Repository.path)
    for file in reports.files { try Files.write(file.format.render(check), to: file.path) }
    guard let form = format.checkFormat else { return try result(text, json: json) }
    if form == .github { try JobSummary.append(check) }
    try write(form.render(check))
  }

  private func write(_ text: String) throws {
    if let outputFile {
      try Files.write(text, to: outputFile)
    } else if let problem = Output.standard.write(text, as: format.kind) {
      throw UsageError("the result cannot be written to standard output: \(problem)")
    }
  }
}
