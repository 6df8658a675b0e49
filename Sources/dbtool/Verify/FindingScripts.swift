import Isolation
import Reports

/// Files with what shows each finding in psql, and with what mends all of them.
struct FindingScripts {
  var findings: [Finding]

  /// Writes them into `folder`, which is made when it is not there, and gives back their names.
  ///
  /// Files of an earlier run under the same names are replaced.
  func write(to folder: String) throws -> [String] {
    try Files.makeFolder(folder)
    var files: [String] = []
    for (index, finding) in findings.enumerated() where !finding.reproduce.isEmpty {
      let file = "\(folder)/\(Self.name(of: finding, number: index + 1))"
      let head = [
        "\(finding.severity.rawValue) [\(finding.rule)] \(finding.message)",
        "\(finding.operation) on \(finding.object) as \(finding.role): \(finding.evidence)",
      ]
      try Files.write(Self.comment(head) + finding.reproduce + "\n", to: file)
      files.append(file)
    }
    let mending = findings.filter { $0.suppressed == nil && !$0.fix.isEmpty }
    guard !mending.isEmpty else { return files }
    try Files.write(fixes(mending), to: folder + "/fixes.sql")
    return files + [folder + "/fixes.sql"]
  }

  /// All fixes, each once: what mends an error or a warning as SQL, what only concerns a note as a
  /// comment.
  private func fixes(_ findings: [Finding]) -> String {
    var text = "-- Read it before you run it: each part changes what an application may do.\n"
    var seen: Set<String> = []
    for finding in findings where seen.insert(finding.fix).inserted {
      text += "\n" + Self.comment(["[\(finding.rule)] \(finding.message)"])
      text +=
        (finding.severity == .info ? Self.comment([finding.fix]) : finding.fix + "\n")
    }
    return text
  }

  /// Lines behind dashes; what stands in the catalog may hold any line break.
  private static func comment(_ lines: [String]) -> String {
    lines.flatMap { $0.split(whereSeparator: \.isNewline) }
      .map { "-- " + TextRenderer.visible(String($0)) + "\n" }.joined()
  }

  /// `003-using-true-public.rooms-select-app_user.sql`; only what every file system takes.
  private static func name(of finding: Finding, number: Int) -> String {
    let digits = String(number)
    let place = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    let parts = [place, finding.rule, finding.object, finding.operation, finding.role]
    let safe = parts.joined(separator: "-").map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
        ? character : "_"
    }
    return String(safe.prefix(120)) + ".sql"
  }
}
