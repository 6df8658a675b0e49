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
      Looks and changes nothing: versions of everything, the connection with its encryption and clock, what \
      the connected role may do, whether the application's roles are there and bound by row-level security, \
      tables that it is off for, tenants that sessions begin with, migrations and policies against the \
      files, version control, and whether another tool can undo row-level security.

      Each line is ok, warn or bad, and below it stands what to do. Where no database is named or reached, \
      the rest is looked at all the same.

      Exit codes: 0 nothing is wrong, warnings included, 1 something is wrong, 3 the database cannot be \
      reached.

      Examples:
        dbtool doctor
        dbtool doctor --url postgres://admin@db.example.com/shop
        dbtool doctor --format json
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions

  var memory: RunMemory? { .check("doctor") }

  func run(in session: Session) throws -> ExitStatus {
    var diagnoses = [ServerChecks.tools]
    var isReached = true
    do {
      try look(at: try session.connect(), session, &diagnoses)
    } catch {
      // A database that fails is one of the things to look for.
      let failure = Failure(error)
      guard failure.status == .database || session.url?.isEmpty != false else { throw error }
      isReached = session.url?.isEmpty != false
      diagnoses.append(
        Diagnosis(
          "connection", isReached ? .doubtful : .bad, failure.summary,
          remedy: failure.publicBody.remedy))
      diagnoses += ServerChecks.local(serverMajor: nil)
    }
    diagnoses += FolderChecks(configuration: session.configuration).run()
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
    return isReached ? bad > 0 ? .found : .good : .database
  }

  /// Adds group by group, so that what was seen is told when the database fails meanwhile.
  private func look(
    at connection: any Connection, _ session: Session, _ diagnoses: inout [Diagnosis]
  ) throws {
    let configuration = session.configuration
    let tenancy = configuration.tenancy
    let manifest = try? PolicyDirectory.manifest(
      inFolder: configuration.place(configuration.policies), defaults: tenancy.manifestDefaults)
    let roles = tenancy.roles.isEmpty ? manifest?.roles.bound ?? [] : tenancy.roles
    let row = RowSecurityChecks(
      connection: connection, column: manifest?.tenant.column ?? tenancy.column,
      setting: manifest?.plainSetting ?? tenancy.setting, exempt: Set(tenancy.exempt.keys))
    diagnoses += try ServerChecks(connection: connection).run()
    diagnoses += try ConnectionChecks(
      connection: connection, conninfo: try? session.conninfo()
    ).run()
    diagnoses += try RoleChecks(connection: connection, names: roles).run()
    diagnoses += try row.run()
    diagnoses += try ProjectChecks(session: session, connection: connection).run()
    diagnoses += try PayloadChecks(connection: connection).run()
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
