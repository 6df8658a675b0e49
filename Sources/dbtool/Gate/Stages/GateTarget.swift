import Databases
import LocalPostgres
import Migrations
import Policies
import Postgres
import Reports
import Runs
import Schema
import Wording

/// The database that is deployed to; it is only read.
struct GateTarget {
  private let target: Result<Session, any Error>
  private let rights: ServerRights

  /// Finds out before anything is done whether a target may be meant.
  static func check(_ name: String?, _ configuration: Configuration) throws {
    guard let name, configuration.environments[name] == nil, (try? DatabaseURL(name)) == nil else {
      return
    }
    let known = configuration.environments.keys.sorted().joined(separator: ", ")
    throw UsageError(
      "the target \"\(name)\" is neither a URL nor an environment of \(ConfigurationFile.name)",
      remedy: known.isEmpty ? "write environments: into it" : "it has: \(known)")
  }

  /// - Parameter name: An environment of dbtool.yaml, or a URL.
  init(_ name: String, _ session: Session, _ options: GlobalOptions) {
    var options = options
    options.url = nil
    options.env = nil
    options.output = nil
    options.quiet = true
    options.metrics = MetricsKind.none
    if session.configuration.environments[name] != nil {
      options.env = name
    } else {
      options.url = name
    }
    rights = session.rights
    target = Result { [options] in try Session(options) }
  }

  /// The target's name, without a password.
  var name: String? { try? target.get().databaseName }

  /// Compares the target with what its migrations and the policies build.
  ///
  /// What the policies of this change would still do there is no drift.
  func drift() throws -> StageResult {
    let session = try target.get()
    let connection = try session.sharedConnection()
    let ledger = try MigrationLedger.read(on: connection)
      .withTexts(of: session.migrations(), on: connection)
    guard !ledger.entries.isEmpty else { return .skipped("nothing is applied there yet") }
    let open = try pendingPolicies(session, on: connection)
    let built = try BuiltSchema(session, appliedIn: ledger, rights: rights)
    let foreign = try ForeignLedger.find(on: connection).flatMap(\.tool.belongings)
    let actual = try SchemaSnapshot.read(connection).without(foreign)
    var difference = SchemaDifference(
      from: actual, to: try built.snapshot(withPolicies: true))
    let all = difference.items.count
    if open {
      difference.items.removeAll { $0.kind.belongsToPolicies }
      // Policies also change options of views, which are a part of what makes a view.
      if difference.items.contains(where: { $0.kind == .view }) {
        let plain = SchemaDifference(
          from: actual, to: try built.snapshot(withPolicies: false))
        let views = Set(plain.items.filter { $0.kind == .view }.map(\.name))
        difference.items.removeAll { $0.kind == .view && !views.contains($0.name) }
      }
    }
    let left = all - difference.items.count
    let findings = GateFindings.drift(difference)
    let note =
      left > 0
      ? "; \(Plural.count(left, "difference")) of policies and privileges left to policies apply"
      : ""
    return StageResult(
      findings.isEmpty
        ? "the target is what its migrations build\(note)"
        : "\(Plural.count(findings.count, "difference"))\(note)", findings: findings)
  }

  /// True when the policies of the files differ from the target's.
  private func pendingPolicies(_ session: Session, on connection: any Connection) throws -> Bool {
    let configuration = session.configuration
    guard Files.exists(configuration.place(configuration.policies)) else { return false }
    do {
      let plan = try PoliciesCommand.runner(session).plan(
        PoliciesCommand.directory(session), on: connection)
      return !plan.isEmpty
    } catch is PolicyError {
      // A manifest that names tables which are still to come.
      return true
    }
  }

  /// The runs that a database remembers, the oldest first.
  static func runs(of session: Session) throws -> [CheckReport.Run] {
    GateMemory.runs(try RunLedger(try session.sharedConnection()).runs(limit: 200) ?? [])
  }

  /// Lists what is not applied there, and reads the runs that the target remembers.
  func pending(in report: inout CheckReport) throws -> StageResult {
    let session = try target.get()
    let connection = try session.sharedConnection()
    report.target = name
    let directory = try session.migrations()
    let ledger = try MigrationLedger.read(on: connection).withTexts(of: directory, on: connection)
    let status = MigrationStatus(directory, ledger)
    let pending = Set(
      status.entries.filter { [.pending, .outOfOrder, .partial].contains($0.state) }
        .map(\.version))
    for index in report.migrations.indices {
      report.migrations[index].isPending = pending.contains(report.migrations[index].version)
    }
    report.runs = try Self.runs(of: session)
    let names = status.entries.filter { pending.contains($0.version) }.map(\.label)
    let findings = status.problems.map(GateFindings.ledger)
    return StageResult(
      names.isEmpty
        ? "nothing is pending" : "\(names.count) pending: \(names.joined(separator: ", "))",
      findings: findings)
  }
}

extension SchemaObject.Kind {
  /// True for what `policies apply` makes.
  fileprivate var belongsToPolicies: Bool {
    switch self {
    case .policy, .rowSecurity, .privilege, .tableOption: true
    default: false
    }
  }
}
