package import DatabaseInstrumentation
internal import Dispatch
package import Postgres
internal import SQLSyntax
internal import Synchronization

/// Makes up rows and loads them, over several connections at once.
///
/// A run that was stopped is taken up where it was: each portion of rows is noted in the transaction
/// that loads it, and what a row is depends on nothing but its number.
package struct GenerationRunner: Sendable {
  /// The version that the ledger notes.
  package var toolVersion: String
  /// The run that the ledger notes, a UUID.
  package var runID: String?
  /// The names of the settings that tell tenants.
  package var settings: ContextSettings
  /// How many connections load at a time.
  package var workers: Int
  /// About how many rows are loaded in one transaction.
  package var portionSize: Int

  /// A runner with its settings.
  package init(
    toolVersion: String, runID: String? = nil, settings: ContextSettings = ContextSettings(),
    workers: Int = 2, portionSize: Int = 20_000
  ) {
    self.toolVersion = toolVersion
    self.runID = runID
    self.settings = settings
    self.workers = workers
    self.portionSize = portionSize
  }

  /// What is to be done, and what is done of it.
  package struct Prepared: Sendable {
    /// The plan.
    package var plan: GenerationPlan
    /// What it begins from.
    var bases: GenerationBases
    /// The portions that are there already.
    var done: Set<String>
    /// True when all of it is there.
    package var isFinished: Bool
    /// True when a part of it is there.
    package var isResumed: Bool { !done.isEmpty && !isFinished }
  }

  /// Plans, and compares with what the ledger remembers; nothing is changed.
  ///
  /// - Throws: `SeedError`, also for rows that another plan made of the same random seed;
  ///   `PostgresError`.
  package func prepare(
    _ options: GenerationOptions, on connection: any Connection
  ) throws -> Prepared {
    let entry = try GenerationLedger.read(seed: options.seed, on: connection)
    let (plan, bases) = try GenerationPlanner(options: options)
      .plan(on: connection, bases: entry?.bases)
    guard let entry else {
      return Prepared(plan: plan, bases: bases, done: [], isFinished: false)
    }
    guard try isSame(entry, options), entry.digest == plan.digest else {
      throw SeedError(
        .generationDiffers,
        "rows of random seed \(options.seed) were made before, and with these settings they would be"
          + " others",
        remedy: "Another --random-seed adds further rows, --truncate makes a clean start; what was"
          + " begun goes on with the settings, files and schema that it began with.")
    }
    return Prepared(
      plan: plan, bases: bases, done: entry.portions, isFinished: entry.isFinished)
  }

  /// True when the tenants that are asked for are those that the ledger has.
  private func isSame(
    _ entry: GenerationLedger.Entry, _ options: GenerationOptions
  ) throws -> Bool {
    let named = try SeedPlan.distinct(options.tenants)
    return entry.bases.tenants.count == named.count + options.newTenants
      && zip(named, entry.bases.tenants).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }

  /// Loads what is not there yet.
  ///
  /// - Parameters:
  ///   - connection: What the ledger is written over; it must be the only user.
  ///   - open: Opens further connections, on other threads.
  ///   - isStopped: True when somebody wants to stop.
  ///   - progress: Hears about once in a fifth of a second how many rows are loaded.
  /// - Throws: `SeedError`, `PostgresError`.
  package func run(
    _ prepared: Prepared, on connection: any Connection,
    open: @escaping @Sendable () throws -> any Connection,
    isStopped: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (LoadProgress) -> Void
  ) throws -> GenerationReport {
    let plan = prepared.plan
    guard !prepared.isFinished else { return GenerationReport(plan: plan, written: 0) }
    let portions = plan.stages.enumerated().map { number, stage in
      LoadPortion.portions(of: stage, number: number, in: plan, size: portionSize)
    }
    try lock(connection)
    defer { unlock(connection) }
    // Another run may have gone on meanwhile.
    guard let done = try begin(prepared, on: connection) else {
      return GenerationReport(plan: plan, written: 0)
    }
    let handling = try handling(of: plan, on: connection)
    let known = portions.joined().filter { done.contains($0.name) }
      .reduce(0) { $0 + $1.count }
    let tally = LoadTally(total: plan.rows, known: known, progress)
    for stage in portions {
      let left = stage.filter { !done.contains($0.name) }
      guard !left.isEmpty else { continue }
      try load(left, plan, handling, open, isStopped, tally)
    }
    try setSequences(plan, on: connection)
    try connection.execute(
      GenerationLedger.finish(plan).sql, GenerationLedger.finish(plan).parameters)
    try analyze(plan, on: connection)
    tally.finish()
    return GenerationReport(plan: plan, written: plan.rows - known - tally.others)
  }

  // MARK: - The ledger

  private func lock(_ connection: any Connection) throws {
    guard SeedRunner.locks(connection) else { return }
    try connection.execute(
      "SELECT pg_advisory_lock($1::bigint)", [.text(String(SeedRunner.advisoryLock))])
  }

  private func unlock(_ connection: any Connection) {
    guard SeedRunner.locks(connection) else { return }
    _ = try? connection.execute(
      "SELECT pg_advisory_unlock($1::bigint)", [.text(String(SeedRunner.advisoryLock))])
  }

  /// Notes that rows are made, and gives the portions that are there; nil when all are.
  private func begin(
    _ prepared: Prepared, on connection: any Connection
  ) throws -> Set<String>? {
    try connection.transaction {
      try connection.execute(GenerationLedger.creation.sql)
      let note = try GenerationLedger.begin(
        prepared.plan, bases: prepared.bases, toolVersion: toolVersion, runID: runID)
      let noted = try connection.execute(note.sql, note.parameters)
      guard noted.rowCount == 0,
        let entry = try GenerationLedger.read(seed: prepared.plan.seed, on: connection)
      else { return [] }
      guard entry.digest == prepared.plan.digest else {
        throw SeedError(
          .generationDiffers,
          "another run has begun to make rows of random seed \(prepared.plan.seed)",
          remedy: "Run it again when that one has ended.")
      }
      return entry.isFinished ? nil : entry.portions
    }
  }

  /// How each table has to be written.
  private func handling(
    of plan: GenerationPlan, on connection: any Connection
  ) throws -> [PortionLoader.Handling] {
    let names = try plan.model.recipes.map {
      try SQLIdentifier.quoted($0.relation.schema) + "." + SQLIdentifier.quoted($0.relation.name)
    }
    let outcomes = try connection.pipeline(
      names.map {
        PipelineStatement("SELECT row_security_active($1::regclass)::text", [.text($0)])
      })
    return try zip(plan.model.recipes, outcomes).map { recipe, outcome in
      if let error = outcome.error { throw error }
      let isUnderPolicies = outcome.result?.scalar == "true"
      return PortionLoader.Handling(
        isUnderPolicies: isUnderPolicies && connection.transport == .libpq,
        wantsContext: recipe.ownership != .nobody
          && (isUnderPolicies || recipe.relation.hasTriggers))
    }
  }

  // MARK: - Loading

  private func load(
    _ portions: [LoadPortion], _ plan: GenerationPlan, _ handling: [PortionLoader.Handling],
    _ open: @escaping @Sendable () throws -> any Connection,
    _ isStopped: @escaping @Sendable () -> Bool, _ tally: LoadTally
  ) throws {
    let queue = PortionQueue(portions)
    let group = DispatchGroup()
    // Blocking work: the pool of Swift's tasks has as many threads as there are cores.
    let threads = DispatchQueue(label: "dbtool.seed", attributes: .concurrent)
    let settings = settings
    for _ in 0..<min(max(workers, 1), portions.count) {
      threads.async(group: group) {
        do {
          let connection = try open()
          defer { connection.close() }
          if connection.transport == .libpq {
            // A crash loses rows and their note together, so waiting for the disk gains nothing.
            try connection.execute("SET synchronous_commit = off")
          }
          let loader = PortionLoader(
            plan: plan, connection: connection, settings: settings, handling: handling,
            isStopped: { isStopped() || queue.hasFailed }, onRows: { tally.add($0) })
          while let portion = queue.next(), !isStopped() {
            if try !loader.load(portion) { tally.leave(portion.count) }
          }
          if isStopped() { throw PostgresError(.cancelled, "interrupted") }
        } catch {
          queue.fail(error)
        }
      }
    }
    group.wait()
    if let error = queue.error { throw error }
  }

  // MARK: - Afterwards

  /// Lets sequences go on behind the numbers that were used.
  private func setSequences(_ plan: GenerationPlan, on connection: any Connection) throws {
    var statements: [PipelineStatement] = []
    for (recipe, counts) in zip(plan.model.recipes, plan.model.counts) {
      let table = try SQLIdentifier.readable(
        schema: recipe.relation.schema, name: recipe.relation.name)
      for column in recipe.columns {
        guard case .counter(let counter) = column.source, counter.format == .integer else {
          continue
        }
        let last = counter.start + recipe.base + counts.total - 1
        // By the plan and not by the table, of which policies may hide rows.
        statements.append(
          PipelineStatement(
            """
            SELECT setval(s, GREATEST($3::bigint, pg_sequence_last_value(s::regclass)))
            FROM pg_get_serial_sequence($1, $2) AS s WHERE s IS NOT NULL AND $3::bigint > 0
            """, [.text(table), .text(column.name), .text(String(last))]))
      }
    }
    guard !statements.isEmpty else { return }
    if let error = try connection.pipeline(statements).lazy.compactMap(\.error).first {
      throw error
    }
  }

  /// Tells the planner about the new rows; who may not, leaves it to autovacuum.
  private func analyze(_ plan: GenerationPlan, on connection: any Connection) throws {
    for (recipe, counts) in zip(plan.model.recipes, plan.model.counts) where counts.total > 0 {
      let table = try SQLIdentifier.readable(
        schema: recipe.relation.schema, name: recipe.relation.name)
      do {
        try connection.execute("ANALYZE \(table)")
      } catch let error as PostgresError where error.code == .server {
        continue
      }
    }
  }
}

/// The portions that are still to be loaded, for several threads.
private final class PortionQueue: Sendable {
  private struct State {
    var portions: ArraySlice<LoadPortion>
    var error: (any Error)?
  }

  private let state: Mutex<State>

  init(_ portions: [LoadPortion]) { state = Mutex(State(portions: portions[...])) }

  /// What ended one thread's work, and with it all others'.
  var error: (any Error)? { state.withLock { $0.error } }
  var hasFailed: Bool { error != nil }

  func next() -> LoadPortion? {
    state.withLock { $0.error == nil ? $0.portions.popFirst() : nil }
  }

  func fail(_ error: any Error) {
    state.withLock { state in
      // The first is the cause; the others were told to stop.
      if state.error == nil { state.error = error }
    }
  }
}
