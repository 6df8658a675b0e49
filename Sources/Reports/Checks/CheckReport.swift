/// What checks found, apart from how it is shown: the JSON of the contract `dbtool.gate/1`.
///
/// Every command that judges something makes one: `gate`, and `lint`, `verify-rls` and the like for the
/// formats that they share with it.
package struct CheckReport: Sendable, Codable, Equatable {
  /// The name and version of the shape that this dbtool writes.
  package static let currentSchema = "dbtool.gate/1"

  /// The name and version of this shape; a version only ever gains members.
  package var schema = CheckReport.currentSchema
  /// The program that made it.
  package var tool: Tool
  /// The command, for example `gate`.
  package var command: String
  /// The name of what was checked, for titles.
  package var project: String
  /// The verdict on the whole.
  package var verdict: Verdict
  /// The exit code of the command.
  package var exitCode: Int
  /// When it began, as RFC 3339 in UTC.
  package var startedAt: String
  /// How long it took.
  package var durationMs: Int
  /// The commit of the project; nil outside a repository.
  package var commit: String?
  /// The database that it ran on, without a password; nil when it needed none.
  package var database: String?
  /// The database that it was compared with; nil for none.
  package var target: String?
  /// What was done, in order.
  package var stages: [Stage] = []
  /// What was found, the worst first.
  package var findings: [Finding] = []
  /// What the rules of the findings are about.
  package var rules: [Rule] = []
  /// Which tenant can reach which rows; nil when that was not asked.
  package var isolation: Isolation?
  /// The migrations in order of version.
  package var migrations: [Migration] = []
  /// What a change does; nil when nothing says since when.
  package var change: Change?
  /// Earlier runs, the oldest first.
  package var runs: [Run] = []

  /// A program.
  package struct Tool: Sendable, Codable, Equatable {
    /// Its name.
    package var name = "dbtool"
    /// Its version.
    package var version: String

    /// dbtool in a version.
    package init(version: String) { self.version = version }
  }

  /// The verdict on the whole.
  package enum Verdict: String, Sendable, Codable, CaseIterable {
    /// Nothing fails.
    case passed
    /// Something was found: exit code 1.
    case failed
    /// Something was not concluded: exit code 4.
    case inconclusive
    /// It could not be carried out: exit code 2, 3 or 130.
    case error
  }

  /// A report on nothing yet.
  package init(
    tool: Tool, command: String, project: String, verdict: Verdict = .passed, exitCode: Int = 0,
    startedAt: String, durationMs: Int = 0
  ) {
    self.tool = tool
    self.command = command
    self.project = project
    self.verdict = verdict
    self.exitCode = exitCode
    self.startedAt = startedAt
    self.durationMs = durationMs
  }
}
