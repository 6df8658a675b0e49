/// Where a finding is shown, in formats that show nothing without a file.
struct FindingPlace: Sendable {
  /// The file of what comes from none: every project has it, and there what was checked is set up.
  static let fallback = "dbtool.yaml"

  /// The path from the project's folder.
  var file: String
  /// The line, from 1.
  var line: Int
  /// The column, from 1.
  var column: Int

  /// The beginning of the fallback.
  static let none = FindingPlace(nil)

  /// A place, or the fallback.
  init(_ location: CheckReport.Location?) {
    let path = LegalText.line(location?.file ?? "")
    file = path.isEmpty ? Self.fallback : path
    line = max(1, location?.line ?? 1)
    column = max(1, location?.column ?? 1)
  }
}
