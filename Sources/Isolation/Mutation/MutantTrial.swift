internal import DatabaseInstrumentation
internal import Postgres
internal import Tenants

/// What makes a finding the same one as before.
struct FindingIdentity: Hashable {
  var rule: String
  var object: String
  var operation: String
  var role: String
  /// What tells findings about several constraints of a table apart.
  var constraint: String?

  private static let ofConstraints = [
    "cross-tenant-reference", "uniqueness-oracle", "exclusion-oracle",
  ]

  init(_ finding: Finding) {
    (rule, object) = (finding.rule, finding.object)
    if Self.ofConstraints.contains(rule) { constraint = finding.message }
    (operation, role) = (finding.operation, finding.role)
  }
}

/// Tries whether the checks notice a mutant.
///
/// The mutant is made inside a savepoint, what it changed is read from the catalog again, and only
/// the checks of what it concerns run, over a survey of that alone.
struct MutantTrial {
  /// What the checks said.
  enum Result {
    /// The first finding that is not known.
    case found(Finding)
    /// Nothing new; with the survey as it was then.
    case nothing(Survey)
    /// It changes nothing, for this reason, so nothing was tried.
    case nothingToTry(String)
    /// The server refused to make it.
    case refused(String)
  }

  /// All of the database, with the rows in place that the mutant needs.
  var survey: Survey
  /// The views that read each relation, directly or not.
  var readers: [UInt32: Set<UInt32>]
  /// True when the rows of all tables are in place, so that views and functions have something to
  /// show.
  var isWide: Bool

  private static let savepoint = "dbtool_mutant"

  /// Makes the mutant, runs the checks, and undoes it.
  ///
  /// - Parameters:
  ///   - known: The findings without it.
  ///   - excuse: Says of a survey with the mutant made why there is nothing to try, if so it is.
  /// - Throws: `PostgresError` when the connection is lost or a lock does not come.
  func run(
    _ mutant: Mutant, known: Set<FindingIdentity>, excuse: (Survey) -> String?
  ) throws -> Result {
    var statements = [PipelineStatement("SAVEPOINT \(Self.savepoint)")]
    // A table cannot be altered while deferred checks of its rows are to come.
    let alters = mutant.statements.contains { $0.hasPrefix("ALTER TABLE") }
    if alters { statements.append(PipelineStatement("SET CONSTRAINTS ALL IMMEDIATE")) }
    statements += mutant.statements.map { PipelineStatement($0) }
    if alters { statements.append(PipelineStatement("SET CONSTRAINTS ALL DEFERRED")) }
    var readings = Readings(mutant, survey.actors)
    let first = statements.count
    statements += readings.statements
    let outcomes = try survey.connection.pipeline(statements)
    if let error = outcomes.lazy.compactMap(\.error).first {
      try undo()
      if error.sqlState == .readOnlyTransaction || error.sqlState == .lockNotAvailable {
        throw error
      }
      return .refused(error.message)
    }
    var changed = survey
    readings.results = outcomes[first...].compactMap(\.result)
    readings.apply(to: &changed)
    if let reason = excuse(changed) {
      try undo()
      return .nothingToTry(reason)
    }
    let found = try firstFinding(in: narrowed(changed, to: mutant), mutant, known: known)
    try undo()
    return found.map { .found($0) } ?? .nothing(changed)
  }

  /// All findings about what a mutant concerns, while nothing is weakened.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func findingsWithout(_ mutant: Mutant) throws -> [Finding] {
    try survey.connection.execute("SAVEPOINT \(Self.savepoint)")
    var narrow = narrowed(survey, to: mutant)
    let findings =
      mutant.needsUnsetContext
      ? try Self.findingsOfNobody(&narrow)
      : try Self.checks.flatMap { try $0.run(&narrow).findings }
    try undo()
    return findings
  }

  /// What is open to a session that never had a tenant.
  private static func findingsOfNobody(_ survey: inout Survey) throws -> [Finding] {
    _ = try UnsetContextCheck().run(&survey)
    _ = try ViewProbes(isUnset: true).run(&survey)
    _ = try FunctionProbes(isUnset: true).run(&survey)
    return survey.included.flatMap(TableFindings(survey: survey).ofOperations)
      + survey.ofUnset.map(\.finding)
  }

  private func undo() throws {
    try survey.connection.pipeline([
      PipelineStatement("ROLLBACK TO SAVEPOINT \(Self.savepoint)"),
      PipelineStatement("RELEASE SAVEPOINT \(Self.savepoint)"),
    ])
  }

  /// The checks for a session that has had a tenant; the probes of tables come last, since they may
  /// look for rows first.
  private static let checks: [any IsolationCheck] = {
    let all = IsolationVerifier.checks.filter { check in
      !unrelated.contains { $0 == type(of: check) } && (check as? ViewProbes)?.isUnset != true
        && (check as? FunctionProbes)?.isUnset != true
    }
    return all.filter { !($0 is TableCheck) } + all.filter { $0 is TableCheck }
  }()

  /// The checks of what no mutant touches; and that of a session that never had a tenant, which
  /// this one soon has had.
  private static let unrelated: [any IsolationCheck.Type] = [
    UnsetContextCheck.self, LeakproofProbes.self, DefaultPrivilegeProbes.self,
    LargeObjectProbes.self, SearchPathProbes.self, PredefinedRoleRules.self, SequenceRules.self,
    ForeignServerRules.self, NotificationRules.self,
  ]

  private func firstFinding(
    in survey: Survey, _ mutant: Mutant, known: Set<FindingIdentity>
  ) throws -> Finding? {
    func new(_ findings: [Finding]) -> Finding? {
      findings.first { $0.severity != .info && !known.contains(FindingIdentity($0)) }
    }
    var survey = survey
    if mutant.needsUnsetContext { return new(try Self.findingsOfNobody(&survey)) }
    if mutant.showsInRows {
      // Ordinary rows show most of what is weakened, and take no search.
      var plain = survey
      plain.results = try plain.stage.probeInContext(
        plain.targets, as: plain.actors, client: plain.client)
      let findings = TableFindings(survey: plain)
      if let found = new(plain.included.flatMap(findings.ofOperations) + findings.ofConstraints()) {
        return found
      }
    }
    for check in Self.checks {
      if let found = new(try check.run(&survey).findings) { return found }
    }
    return nil
  }

  /// A survey of what the mutant concerns.
  private func narrowed(_ survey: Survey, to mutant: Mutant) -> Survey {
    var narrow = survey
    var oids = Set([mutant.relation?.oid].compactMap { $0 })
    if isWide { oids.formUnion(oids.flatMap { readers[$0] ?? [] }) }
    let relations = survey.catalog.relations.filter { oids.contains($0.key) }
    narrow.catalog = Catalog(
      relations: relations,
      constraints: oids.flatMap { survey.catalog.constraints(of: $0) },
      policies: oids.flatMap { survey.catalog.policiesByRelation[$0] ?? [] },
      routines: survey.catalog.routines.filter { routine in
        if case .routine(let own) = mutant.subject { return own.oid == routine.oid }
        return !oids.isDisjoint(with: routine.policyRelations)
          || isWide && relations.values.contains { routine.mentions($0) }
      })
    narrow.included =
      mutant.relation.flatMap { narrow.catalog.relations[$0.oid] }
      .map { survey.model.tables[$0.oid] == nil ? [] : [$0] } ?? []
    narrow.targets = narrow.included.filter { relation in
      survey.model.tables[relation.oid]?.isOwned == true
        && survey.actors.contains { $0.hasAnyPrivilege(on: relation.oid) }
    }
    narrow.results = []
    narrow.reported = []
    narrow.ofUnset = []
    narrow.stage.keepsRows = true
    if let relation = mutant.relation { narrow.stage.lendRows(to: relation) }
    return narrow
  }
}

/// What a mutant may have changed, read from the server again.
private struct Readings {
  private let parts: [CatalogPart]
  private let oids: [UInt32]
  private let roles: [String]
  private let isOfRoles: Bool
  var results: [QueryResult] = []

  init(_ mutant: Mutant, _ actors: [Actor]) {
    parts = mutant.parts
    var oids = [mutant.relation?.oid].compactMap { $0 }
    if case .routine(let routine) = mutant.subject { oids.append(routine.oid) }
    self.oids = oids
    switch mutant.subject {
    case .readable(let role), .role(let role):
      roles = [role]
      isOfRoles = true
    case .routine:
      roles = actors.map(\.role.name)
      isOfRoles = false
    default:
      roles = []
      isOfRoles = false
    }
  }

  var statements: [PipelineStatement] {
    CatalogReader.statements(reading: parts, of: oids)
      + roles.flatMap { role in
        isOfRoles
          ? [
            CatalogReader.roleStatement(role),
            CatalogReader.privilegesStatement(of: role, on: oids),
          ] : [CatalogReader.definerStatement(executableBy: role)]
      }
  }

  func apply(to survey: inout Survey) {
    var rest = results[...]
    for part in parts {
      guard let result = rest.popFirst() else { return }
      survey.catalog.take(part, of: oids, from: result)
      survey.stage.catalog.take(part, of: oids, from: result)
    }
    for name in roles {
      guard isOfRoles else {
        survey.callable[name] = rest.popFirst().map(CatalogReader.functions) ?? []
        continue
      }
      guard let index = survey.actors.firstIndex(where: { $0.role.name == name }),
        let role = rest.popFirst().flatMap(CatalogReader.role), let result = rest.popFirst()
      else { continue }
      survey.actors[index].role = role
      survey.actors[index].privileges.merge(CatalogReader.privileges(in: result)) { $1 }
    }
  }
}

extension Mutant {
  /// True when rows of a table may show it.
  var showsInRows: Bool {
    switch subject {
    case .policy, .table, .constraint: true
    case .role: `operator` == .roleBypasses
    case .readable: `operator` == .selectGranted
    case .view, .routine: false
    }
  }
}

extension Routine {
  /// True when its body names a relation.
  func mentions(_ relation: Relation) -> Bool {
    source.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      .contains { $0 == relation.name.lowercased() }
  }
}

extension Stage {
  /// Lets a partition without rows of its own have those that its table stores there.
  mutating func lendRows(to relation: Relation) {
    guard relation.isPartition, placed[relation.oid] == nil else { return }
    let storage = String(relation.oid)
    var rows: [Int: [PlacedRow]] = [:]
    for tenants in placed.values {
      for (tenant, placed) in tenants {
        rows[tenant, default: []] += placed.filter { $0.storage == storage }
      }
    }
    rows = rows.filter { !$0.value.isEmpty }
    if !rows.isEmpty { placed[relation.oid] = rows }
  }
}
