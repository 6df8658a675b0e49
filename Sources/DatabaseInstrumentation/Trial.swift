public import Postgres

/// A statement that is run as an application would run it, looked at, and undone.
public struct Trial: Sendable {
  /// The context that the statement finds.
  public enum Context: Sendable, Equatable {
    /// Nothing is set, as in a session that never had a tenant.
    case unset
    /// The tenant setting is empty, as `SET LOCAL` leaves it behind in a pooled session.
    case empty
    /// A tenant's context.
    case tenant(TenantContext)
  }

  /// The context.
  public var context: Context
  /// The role that runs the statement.
  public var role: String
  /// Statements that the session's own role runs before everything else, to make the scene.
  public var scene: [PipelineStatement] = []
  /// Statements that the role runs before the one that counts.
  public var steps: [PipelineStatement] = []
  /// The statement.
  public var statement: PipelineStatement
  /// A query that is run by the session's own role after the statement, to see what it did.
  public var observation: PipelineStatement?

  /// A trial of `statement` by `role` in `context`.
  public init(
    _ statement: PipelineStatement, role: String, context: Context,
    observation: PipelineStatement? = nil
  ) {
    self.statement = statement
    self.role = role
    self.context = context
    self.observation = observation
  }
}

/// What became of a trial.
public struct TrialOutcome: Sendable {
  /// What became of its statement.
  public var outcome: PipelineOutcome
  /// What the observation saw; nil when there was none or the statement was refused.
  public var observation: QueryResult?
}

/// A part of a rehearsal.
public enum RehearsalStep: Sendable {
  /// A statement that is run by the session's own role, and stays until the transaction ends.
  case setup(PipelineStatement)
  /// A trial, which leaves nothing behind.
  case trial(Trial)
}

extension InstrumentedClient {
  /// Runs steps inside the open transaction, with one network wait for all of them.
  ///
  /// Each trial runs in a savepoint of its own that is always rolled back, with its role and its
  /// context set for that savepoint only.
  ///
  /// - Returns: One outcome for each trial, in order.
  /// - Throws: `PostgresError` when a setup statement is refused or the connection is lost, and
  ///   `invalidRequest` outside a transaction.
  public func rehearse(_ steps: [RehearsalStep]) throws -> [TrialOutcome] {
    guard connection.transactionStatus == .inTransaction else {
      throw PostgresError(.invalidRequest, "a rehearsal needs an open transaction to be undone in")
    }
    var script = RehearsalScript()
    for step in steps {
      script.append(step, logins: logins, settings: contextStatement(for:))
    }
    script.endGuard()
    guard !script.statements.isEmpty else { return [] }
    let outcomes = try connection.perform(
      script.statements, tenantOf: { script.tenants[$0] })
    for index in script.setups {
      if let error = outcomes[index].error { throw error }
    }
    return script.trials.map { trial in
      // Where a statement before the one that counts is refused, that is what became of it.
      let failure = outcomes[trial.first..<trial.statement].lazy.compactMap(\.error).first
      return TrialOutcome(
        outcome: failure.map { .failure($0) } ?? outcomes[trial.statement],
        observation: trial.observation.flatMap { outcomes[$0].result })
    }
  }

  private func contextStatement(for trial: Trial) -> PipelineStatement {
    switch trial.context {
    case .unset: .settingLocally(taking(on: trial.role))
    case .empty:
      .settingLocally([(tenantSetting, ""), (userSetting, "")] + taking(on: trial.role))
    case .tenant(let context): contextStatement(context, role: trial.role)
    }
  }
}

/// The pipeline that a rehearsal becomes, and where in it each part stands.
private struct RehearsalScript {
  struct TrialPlace {
    var first: Int
    var statement: Int
    var observation: Int?
  }

  private(set) var statements: [PipelineStatement] = []
  private(set) var tenants: [String?] = []
  private(set) var setups: [Int] = []
  private(set) var trials: [TrialPlace] = []

  /// True while the savepoint stands to which each trial goes back.
  private var isGuarded = false

  mutating func append(
    _ step: RehearsalStep, logins: [String: String], settings: (Trial) -> PipelineStatement
  ) {
    switch step {
    case .setup(let statement):
      endGuard()
      setups.append(add(statement))
    case .trial(let trial):
      var tenant: String?
      if case .tenant(let context) = trial.context { tenant = context.tenant }
      if !isGuarded { _ = add(PipelineStatement("SAVEPOINT dbtool_trial")) }
      isGuarded = true
      var place = TrialPlace(first: statements.count, statement: 0)
      for statement in trial.scene {
        _ = add(PipelineStatement(statement.sql, statement.parameters))
      }
      _ = add(settings(trial), tenant: tenant)
      for statement in trial.steps {
        _ = add(PipelineStatement(statement.sql, statement.parameters), tenant: tenant)
      }
      place.statement = add(trial.statement, tenant: tenant)
      if let observation = trial.observation {
        if logins[trial.role] != nil {
          _ = add(PipelineStatement("SET LOCAL SESSION AUTHORIZATION DEFAULT"))
        }
        _ = add(.settingLocally([("role", "none")]))
        place.observation = add(observation)
      }
      // Without a synchronization point here the rollback would be skipped after an error.
      statements[statements.count - 1].synchronizes = true
      _ = add(PipelineStatement("ROLLBACK TO SAVEPOINT dbtool_trial"))
      trials.append(place)
    }
  }

  /// Lets the savepoint go, so that what follows stays.
  mutating func endGuard() {
    if isGuarded { _ = add(PipelineStatement("RELEASE SAVEPOINT dbtool_trial")) }
    isGuarded = false
  }

  private mutating func add(_ statement: PipelineStatement, tenant: String? = nil) -> Int {
    statements.append(statement)
    tenants.append(tenant)
    return statements.count - 1
  }
}
