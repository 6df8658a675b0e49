import Reports
import Wording

/// What `dbtool init` made, and what comes next.
struct InitOutcome: Encodable {
  var schema = "dbtool.init/1"
  var created: [String]
  var kept: [String]
  var extended: [String]
  /// The tables that the database had.
  var existingTables: Int?
  /// The commands that come next.
  var next: [String]
  private let notes: [String]

  private enum CodingKeys: CodingKey {
    case schema, created, kept, extended, existingTables, next
  }

  init(
    folder: String?, plan: ProjectPlan, existing: ExistingDatabase?, files: ProjectFolder.Outcome,
    isDatabaseNamed: Bool
  ) {
    created = files.created
    kept = files.kept
    extended = files.extended
    existingTables = existing?.tables
    var (next, notes): ([String], [String]) = ([], [])
    if let folder, folder != "." { next.append("cd " + Self.shellWord(folder)) }
    if !isDatabaseNamed {
      notes.append(
        "the URL holds a password, so it is not in dbtool.yaml: set DATABASE_URL to it")
    }
    if let existing {
      notes.append(
        "the database has \(Plural.count(existing.tables, "table")): the first migration is what is "
          + "there, recorded and not run")
      if let tool = existing.tools.first {
        next += ["dbtool migrate adopt --from \(tool) --dry-run"]
        notes.append("it was migrated by \(tool): keep its files, see docs/migrations.md")
      } else if !existing.isMigrated {
        next += [
          "dbtool schema dump --output migrations/1_existing.up.sql", "dbtool migrate baseline 1",
        ]
      }
      next += ["dbtool policies init", "dbtool policies plan", "dbtool verify-rls"]
    } else {
      next += [
        "dbtool migrate up", "dbtool policies apply", "dbtool seed", "dbtool verify-rls",
        "dbtool gate",
      ]
    }
    self.next = next
    self.notes = notes
  }

  /// The same as text.
  var report: Report {
    var report = Report()
    for file in created { report.line("created  \(file)", .good) }
    for file in extended { report.line("added a line to  \(file)", .good) }
    for file in kept { report.line("kept     \(file)  was there and stays as it is", .doubtful) }
    for note in notes { report.line("note: \(note)", .doubtful) }
    report.space()
    report.line("next:", .strong)
    for command in next { report.line("  \(command)") }
    return report
  }

  /// A word as the shell reads it.
  private static func shellWord(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789-_./".unicodeScalars.contains(scalar))
    }
    return isPlain
      ? text
      : "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
