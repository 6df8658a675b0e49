import ArgumentParser
import Reports

/// Reports that are written to files beside the result.
struct ReportArguments: ParsableArguments {
  @Option(
    name: .customLong("report"),
    help: ArgumentHelp(
      "Write the result to a file as well, as json, junit, sarif, github, markdown, gitlab or html; may be given several times.",
      valueName: "format=file"))
  var files: [ReportFile] = []

  /// Finds out before anything is done whether the files can be written, and none over another.
  ///
  /// - Parameter result: The file that gets the result itself.
  func check(beside result: String?) throws {
    if let result { try Files.refuseLinks(to: result) }
    var taken = Set([result].compactMap(\.self).map(Files.canonical))
    for file in files {
      guard file.path != "-" else {
        throw UsageError(
          "--report writes files, and standard output has the result already",
          remedy: "--format \(file.format.rawValue) shows it in another form")
      }
      try Files.checkWritable(file.path)
      try Files.refuseLinks(to: file.path)
      guard taken.insert(Files.canonical(file.path)).inserted else {
        throw UsageError(
          "\(file.path) would be written twice", remedy: "give each report a file of its own")
      }
    }
  }
}

/// A format and the file that gets it.
struct ReportFile: ExpressibleByArgument, Sendable {
  var format: CheckFormat
  var path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let format = CheckFormat(rawValue: String(parts[0])) else { return nil }
    self.format = format
    path = String(parts[1])
  }
}
