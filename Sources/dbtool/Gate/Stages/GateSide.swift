import LocalPostgres
import Migrations
import Policies
import Postgres
import Reports
import Wording

/// The stages that need servers of their own, and may go on beside the others.
struct GateSide: Sendable {
  /// What came of one of them.
  struct Outcome: Sendable {
    var result: StageResult
    var milliseconds = 0
    /// What each migration's down file does.
    var downs: [(version: Int64, outcome: String)] = []
    /// What each migration locks.
    var locks: [(version: Int64, locks: [CheckReport.Lock])] = []
    var change: CheckReport.Change?
  }

  /// So many of the newest migrations are traced where nothing says which ones are new.
  private static let traced = 20

  private let directory: Result<MigrationDirectory, any Error>
  private let changes: ChangedFiles?
  private let configuration: Configuration
  private let definitions: Definitions
  private let rights: ServerRights
  /// One that says nothing: what is going on is told by the main thread.
  private let console: Console

  init(_ gate: GateRun) {
    let session = gate.session
    directory = Result { try session.migrations() }
    changes = gate.changes
    configuration = session.configuration
    definitions = gate.definitions
    rights = session.rights
    var console = session.console
    console.isQuiet = true
    self.console = console
  }

  /// Runs one of them and takes its time.
  func run(_ stage: GateStage) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var outcome: Outcome
    do {
      outcome = try stage == .down ? down() : locks()
    } catch {
      outcome = Outcome(result: .failed(error))
    }
    outcome.milliseconds = Int((clock.now - start) / .milliseconds(1))
    return outcome
  }

  /// Takes back each migration, or only the new ones, and applies it again.
  private func down() throws -> Outcome {
    let directory = try directory.get()
    let versions = directory.migrations.filter { changes?.contains($0.upFile) ?? true }
    guard let first = versions.first else {
      return Outcome(result: .skipped("no migration is new"))
    }
    let entries = try DownCheck.run(
      directory, from: first.version, rights: rights, console)
    var outcome = Outcome(
      result: StageResult(
        DownCheckReport.summary(entries),
        findings: entries.compactMap { GateFindings.down($0, rights) }))
    outcome.downs = entries.map { ($0.migration.version, $0.outcome.word) }
    return outcome
  }

  /// Traces what migrations lock and, where something says since when, what the change does to isolation.
  private func locks() throws -> Outcome {
    let directory = try directory.get()
    var new: [Migration]
    if let changes {
      new = directory.migrations.filter { changes.contains($0.upFile) }
    } else {
      new = Array(directory.migrations.suffix(Self.traced))
    }
    let scratch = try ScratchServer(console, rights: rights)
    defer { scratch.close() }
    let connection = scratch.connection
    var before: IsolationSnapshot?
    var edited: [Migration] = []
    if let changes {
      do {
        let original = try buildOriginal(changes, on: connection)
        before = original.snapshot
        // What is there already cannot be applied again on top of it.
        edited = new.filter { original.versions.contains($0.version) }
        new.removeAll { original.versions.contains($0.version) }
      } catch {
        // What is wrong with the old files is no matter of this change; anything else is.
        guard StageResult.found(error, GateRules.migrationFails, stage: .locks, rights) != nil
        else { throw error }
        return Outcome(
          result: .skipped(
            "\(changes.since) cannot be built to compare with: \(Failure(error).summary)"))
      }
    } else {
      let newest = Set(new.map(\.version))
      var base = directory
      base.migrations.removeAll { newest.contains($0.version) }
      try apply(base, on: connection)
    }
    var outcome = Outcome(result: StageResult(""))
    outcome.locks = try trace(new, of: directory, on: connection)
    var words = "\(Plural.count(new.count, "migration")) traced, \(Self.words(outcome.locks))"
    if let changes, let before {
      try applyPolicies(folder: configuration.policies, on: connection)
      let after = try IsolationSnapshot.read(roles: try roles(), on: connection)
      let effects = after.changes(since: before)
      outcome.result.findings =
        edited.map { GateFindings.edited($0, since: changes.since) }
        + GateFindings.loosening(effects, definitions)
      outcome.change = .init(
        since: changes.since, commit: changes.commit, files: changes.projectFiles(configuration),
        effects: effects.map {
          .init(object: $0.object, effect: $0.effect.word, changes: $0.changes)
        })
      words += "; isolation: \(Self.words(effects))"
    }
    outcome.result.summary = words
    return outcome
  }

  // MARK: - Building

  private var options: MigrationOptions {
    MigrationOptions(toolVersion: Version.current, cancellation: Interrupts.cancellation)
  }

  private func apply(_ directory: MigrationDirectory, on connection: any Connection) throws {
    guard !directory.migrations.isEmpty else { return }
    try MigrationRunner.apply(.up(directory, MigrationLedger()), on: connection, options: options)
  }

  /// Builds what there was before the change, and tells which migrations that were.
  private func buildOriginal(
    _ changes: ChangedFiles, on connection: any Connection
  ) throws -> (snapshot: IsolationSnapshot, versions: Set<Int64>) {
    let migrations = try changes.original(of: configuration.migrations)
    var directory = try MigrationDirectory.load(migrations.path, layout: configuration.layout)
    directory.template = try self.directory.get().template
    try apply(directory, on: connection)
    let policies = try changes.original(of: configuration.policies)
    try applyPolicies(folder: policies.path, on: connection)
    return (
      try IsolationSnapshot.read(roles: try roles(), on: connection),
      Set(directory.migrations.map(\.version))
    )
  }

  private func applyPolicies(folder: String, on connection: any Connection) throws {
    let place = configuration.place(folder)
    guard Files.exists(place), try !Files.names(in: place).isEmpty else { return }
    let loaded = try PolicyDirectory.load(
      place, defaults: configuration.tenancy.manifestDefaults)
    let runner = PolicyRunner(toolVersion: Version.current)
    _ = try runner.apply(
      runner.plan(loaded, on: connection), on: connection,
      consent: PolicyConsent(isUnconditional: true))
  }

  private func roles() throws -> [String] {
    guard configuration.tenancy.roles.isEmpty else { return configuration.tenancy.roles }
    let manifest = try PolicyDirectory.manifest(
      inFolder: configuration.place(configuration.policies),
      defaults: configuration.tenancy.manifestDefaults)
    return manifest?.roles.bound ?? []
  }

  // MARK: - Tracing

  private func trace(
    _ migrations: [Migration], of directory: MigrationDirectory, on connection: any Connection
  ) throws -> [(version: Int64, locks: [CheckReport.Lock])] {
    var part = directory
    part.migrations = migrations
    guard !migrations.isEmpty else { return [] }
    let whole = try MigrationPlan.up(part, MigrationLedger())
    return try whole.steps.map { step in
      var plan = whole
      plan.steps = [step]
      let trace = try LockTrace.run(plan, onCopy: connection, options: options)
      return (step.migration.version, Self.locks(trace))
    }
  }

  /// The strongest lock on each object.
  private static func locks(_ trace: LockTrace) -> [CheckReport.Lock] {
    var strongest: [String: (mode: LockMode, lock: CheckReport.Lock)] = [:]
    for entry in trace.entries {
      let script = entry.step.script
      let statement = script.source(of: script.statements[entry.statement])
      for effect in entry.effects {
        guard let mode = effect.lock else {
          if effect.isRewritten { strongest[effect.table]?.lock.rewrites = true }
          continue
        }
        let rewrites = effect.isRewritten || strongest[effect.table]?.lock.rewrites == true
        guard strongest[effect.table].map({ $0.mode < mode }) ?? true else {
          strongest[effect.table]?.lock.rewrites = rewrites
          continue
        }
        let lock = CheckReport.Lock(
          object: effect.table, mode: mode.name, blocks: .init(mode.blocks),
          statement: MigrationError.shortened(statement, limit: 100), rewrites: rewrites)
        strongest[effect.table] = (mode, lock)
      }
    }
    return strongest.values.sorted { ($1.mode, $0.lock.object) < ($0.mode, $1.lock.object) }
      .map(\.lock)
  }

  private static func words(
    _ locks: [(version: Int64, locks: [CheckReport.Lock])]
  ) -> String {
    let tables = Set(
      locks.flatMap(\.locks).filter { $0.blocks == .reads }.map(\.object))
    return tables.isEmpty
      ? "no table is locked against reading"
      : "\(Plural.count(tables.count, "table")) locked against reading"
  }

  private static func words(_ changes: [IsolationChange]) -> String {
    let parts = PolicyEffect.allCases.compactMap { effect -> String? in
      let count = changes.filter { $0.effect == effect }.count
      return count == 0 || effect == .equal ? nil : "\(count) \(effect.word)"
    }
    return parts.isEmpty ? "as before" : parts.joined(separator: ", ")
  }
}

extension PolicyEffect {
  /// As the report of checks has it.
  var word: String { self == .unclear ? "unclear" : rawValue }
}

extension CheckReport.Lock.Blocks {
  init(_ blocking: LockMode.Blocking) {
    switch blocking {
    case .nothing: self = .nothing
    case .writes: self = .writes
    case .everything: self = .reads
    }
  }
}

extension DownCheck.Entry.Outcome {
  /// As the report of checks has it.
  var word: String {
    switch self {
    case .good: "good"
    case .noDown: "no-down"
    case .forgets: "forgets"
    case .differs: "differs"
    case .fails: "fails"
    }
  }
}

extension ChangedFiles {
  /// The files of migrations, policies and seeds among them.
  func projectFiles(_ configuration: Configuration) -> [String] {
    let folders = [configuration.migrations, configuration.policies, configuration.seeds]
    return names.filter { name in folders.contains { name.hasPrefix($0 + "/") } }
  }
}
