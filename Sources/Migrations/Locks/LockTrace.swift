package import Postgres
internal import SQLSyntax

/// The locks that the statements of a plan take, found out by running them.
///
/// As `eugene trace` does it: locks, files and scans of the session are read from the catalog before
/// and after each statement.
package struct LockTrace: Sendable {
  /// What a statement does to a relation that was there before the plan.
  package struct Effect: Sendable, Equatable {
    /// The table, as `schema.name`.
    package var table: String
    /// The strongest lock that the statement took anew; nil when it took none.
    package var lock: LockMode?
    /// The table got new files: all of it was copied.
    package var isRewritten: Bool
    /// The indexes of the table that were there and were built anew.
    package var rebuiltIndexes: [String]
    /// All rows of the table were read.
    package var isScanned: Bool
  }

  /// A statement and its effects, the strongest first.
  package struct Entry: Sendable {
    /// The step that it belongs to.
    package var step: MigrationStep
    /// Its number in the file, from 0.
    package var statement: Int
    /// What it does to tables that were there before.
    package var effects: [Effect]
    /// The tables that are locked against all use, by statements before, while this one does work
    /// that takes as long as its table is large.
    package var lockedMeanwhile: [String] = []
  }

  /// All statements that do something to a table that was there before.
  package private(set) var entries: [Entry] = []
  /// The steps outside a transaction, whose locks end with each statement and are not traced.
  package private(set) var untraced: [MigrationStep] = []

  /// Nothing was traced yet.
  package init() {}

  /// Runs a plan on a copy of the database that nobody needs any more, and looks at it.
  ///
  /// - Throws: `MigrationError` of the first statement that fails.
  package static func run(
    _ plan: MigrationPlan, onCopy connection: any Connection, options: MigrationOptions
  ) throws(MigrationError) -> LockTrace {
    var trace = LockTrace()
    do {
      let known = Set(try state(connection).relations.keys)
      for step in plan.steps {
        guard step.isTransactional else {
          trace.untraced.append(step)
          try runUntraced(step, connection, options)
          continue
        }
        try trace.add(step, known, connection, options)
      }
    } catch let error as MigrationError {
      throw error
    } catch {
      throw MigrationError(from: error, doing: "tracing locks")
    }
    return trace
  }

  private static func runUntraced(
    _ step: MigrationStep, _ connection: any Connection, _ options: MigrationOptions
  ) throws {
    for (index, statement) in step.script.statements.enumerated() {
      do {
        try connection.execute(statement.text)
      } catch let error as PostgresError {
        throw StepFailure(step: step, finished: [], options: options)
          .refusalOutsideTransaction(index, error, done: index)
      }
    }
    _ = try connection.pipeline(StepPipeline.resets().statements)
  }

  private mutating func add(
    _ step: MigrationStep, _ known: Set<UInt32>, _ connection: any Connection,
    _ options: MigrationOptions
  ) throws {
    try connection.execute("BEGIN")
    var before = try Self.state(connection)
    for (index, statement) in step.script.statements.enumerated() {
      do {
        try connection.execute(statement.text)
      } catch let error as PostgresError {
        _ = try? connection.execute("ROLLBACK")
        throw StepFailure(step: step, finished: [], options: options)
          .refusal(of: .statement(index), error)
      }
      let after = try Self.state(connection)
      let effects = Self.effects(from: before, to: after, known: known)
      if !effects.isEmpty {
        var entry = Entry(step: step, statement: index, effects: effects)
        if effects.contains(where: { $0.isRewritten || $0.isScanned }) {
          entry.lockedMeanwhile = before.relations.filter { oid, relation in
            known.contains(oid) && !relation.isIndex && relation.strongestLock == .accessExclusive
          }.values.map(\.name).sorted()
        }
        entries.append(entry)
      }
      before = after
    }
    let end = StepPipeline.resets()
    _ = try connection.pipeline(end.statements)
    try connection.execute("COMMIT")
  }

  private static func state(_ connection: any Connection) throws -> RelationState {
    RelationState(try connection.execute(RelationState.query))
  }

  private static func effects(
    from before: RelationState, to after: RelationState, known: Set<UInt32>
  ) -> [Effect] {
    var effects: [UInt32: Effect] = [:]
    for (oid, now) in after.relations where known.contains(oid) {
      guard let was = before.relations[oid] else { continue }
      let table = now.table ?? oid
      let isNewFile = was.fileNode != now.fileNode
      let isNewLock = now.strongestLock.map { lock in was.strongestLock.map { $0 < lock } ?? true }
      guard isNewFile || isNewLock == true || now.scans > was.scans,
        let name = after.relations[table]?.name
      else { continue }
      var effect =
        effects[table]
        ?? Effect(table: name, lock: nil, isRewritten: false, rebuiltIndexes: [], isScanned: false)
      if now.isIndex {
        if isNewFile { effect.rebuiltIndexes.append(now.name) }
      } else {
        if isNewLock == true { effect.lock = now.strongestLock }
        effect.isRewritten = isNewFile
        effect.isScanned = now.scans > was.scans
      }
      effects[table] = effect
    }
    return effects.values
      .map { effect in
        var effect = effect
        effect.rebuiltIndexes.sort()
        return effect
      }
      // A lock on an index alone holds nobody up who is not held up at its table.
      .filter { $0.lock != nil || $0.isRewritten || $0.isScanned || !$0.rebuiltIndexes.isEmpty }
      .sorted { ($1.lock?.rawValue ?? -1, $0.table) < ($0.lock?.rawValue ?? -1, $1.table) }
  }
}
