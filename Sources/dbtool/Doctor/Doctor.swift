import ArgumentParser
import Policies
import Postgres
import Reports

/// `dbtool doctor`.
struct Doctor: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look over the project and its database for what commonly goes wrong.",
    discussion: """
      Looks and changes nothing: whether the database is reached and can be written, whether the \
      application's roles are there and bound by row-level security, whether migrations and policies \
      are as the files say, and whether another tool can undo row-level security.

      Exits with 1 when something is wrong; warnings alone are 0.
      """)

  @OptionGroup var global: GlobalOptions

  var memory: RunMemory? { .check("doctor") }

  func run(in session: Session) throws -> ExitStatus {
    let connection = try session.connect()
    var diagnoses: [Diagnosis] = []
    diagnoses += try ServerChecks(connection: connection).run()
    diagnoses += try ProjectChecks(session: session, connection: connection).run()
    diagnoses += try PayloadChecks(connection: connection).run()
    var report = Report()
    for diagnosis in diagnoses {
      report.line("\(diagnosis.state.mark)  \(diagnosis.message)", diagnosis.state.meaning)
      if let remedy = diagnosis.remedy { report.line("      \(remedy)", .faint) }
    }
    let bad = diagnoses.count { $0.state == .bad }
    let doubtful = diagnoses.count { $0.state == .doubtful }
    report.space()
    report.line(
      bad > 0
        ? "\(bad) wrong, \(doubtful) to look at"
        : doubtful > 0 ? "nothing is wrong, \(doubtful) to look at" : "all is well",
      bad > 0 ? .bad : doubtful > 0 ? .doubtful : .good)
    try session.console.result(report, json: DoctorJSON(healthy: bad == 0, checks: diagnoses))
    return bad > 0 ? .found : .good
  }
}

/// What one check found.
struct Diagnosis: Encodable {
  /// How it stands.
  enum State: String, Encodable {
    case good
    case doubtful = "warning"
    case bad = "error"

    var mark: String {
      switch self {
      case .good: "ok  "
      case .doubtful: "warn"
      case .bad: "bad "
      }
    }

    var meaning: Text.Meaning {
      switch self {
      case .good: .plain
      case .doubtful: .doubtful
      case .bad: .bad
      }
    }
  }

  /// The check's stable name.
  var check: String
  var state: State
  var message: String
  var remedy: String?

  init(_ check: String, _ state: State, _ message: String, remedy: String? = nil) {
    self.check = check
    self.state = state
    self.message = message
    self.remedy = remedy
  }
}

private struct DoctorJSON: Encodable {
  var healthy: Bool
  var checks: [Diagnosis]
}
