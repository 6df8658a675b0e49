internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Wording

/// Calls SECURITY DEFINER functions and procedures as the application, with the other tenant's
/// values as arguments.
///
/// Such a function runs as its owner, so nothing but its own text keeps tenants apart. It leaks
/// when what it returns holds values of the other tenant that were not in its arguments, when what
/// it returns depends on the other tenant's rows, or when those rows are changed after it.
struct FunctionProbes: IsolationCheck {
  var runsLive: Bool { true }

  /// A call, and after it a leak that was seen.
  struct Leak: Sendable {
    var routine: Routine
    var role: String
    /// The tenant that calls; nil for a session without one.
    var actor: Int?
    var target: Int
    var trial: Trial
    /// True when nothing that the other tenant alone could know is among the arguments.
    var isGuessable: Bool
    /// Values that only the other tenant's rows have and that are not among the arguments.
    var markers: [String]
    /// The tables in which rows of the other tenant were changed or added.
    var harmed: [Relation] = []
    /// What is returned with and without the other tenant's rows.
    var difference: Dependence.Difference?
    /// The message of an error that holds values of the other tenant's rows.
    var told: String?

    var isWrite: Bool { !harmed.isEmpty }
  }

  /// True to call in a session that never had a tenant, so before all that sets one.
  var isUnset = false

  /// So many calls of one function are made again without the other tenant's rows.
  private let lookLimit = 16

  init(isUnset: Bool = false) { self.isUnset = isUnset }

  func phrase(_ survey: Survey) -> String {
    let functions = survey.callable.values.reduce(into: Set<UInt32>()) { $0.formUnion($1) }
    return "calling \(Plural.count(functions.count, "SECURITY DEFINER function"))"
      + (isUnset ? " with no tenant" : "")
  }

  /// Calls the functions while the rows of all tables lie in place.
  func run(_ survey: inout Survey) throws -> CheckOutcome {
    survey.noteUncallable()
    let callable = survey.catalog.routines.filter { routine in
      routine.isSecurityDefiner
        && survey.callable.values.contains { $0.contains(routine.oid) }
    }
    guard !callable.isEmpty else { return CheckOutcome() }
    let names = Set(callable.flatMap(\.argumentTypes)).union(["text"])
    var types = try ArgumentType.read(names, from: survey.connection)
    let elements = Set(types.values.compactMap(\.element)).subtracting(types.keys)
    types.merge(try ArgumentType.read(elements, from: survey.connection)) { own, _ in own }
    var calls: [Leak] = []
    let index = RoutineSources.Index(survey.catalog)
    for routine in callable {
      guard survey.mayCall(routine) else { continue }
      let factory = FunctionCalls(
        routine: routine, sources: RoutineSources(routine, in: index), types: types,
        stage: survey.stage, values: survey.values)
      for actor in survey.actors
      where survey.callable[actor.role.name]?.contains(routine.oid) == true {
        for target in survey.stage.tenants.indices {
          calls += try factory.calls(by: actor, target: target, isUnset: isUnset)
        }
      }
    }
    let outcomes = try WriteTrials(survey: survey).run(calls.map { ($0.trial, $0.target) })
    for (call, outcome) in zip(calls, outcomes) { survey.note(call, outcome.outcome) }
    var leaks: [Leak] = []
    var looked: [String: Int] = [:]
    var quiet: [(call: Leak, shown: Reading)] = []
    for (call, (outcome, harmed)) in zip(calls, outcomes) {
      var leak = call
      leak.harmed = harmed
      let reading = reading(outcome.outcome, of: call)
      leak.told = call.told(by: outcome.outcome)
      if !harmed.isEmpty || (reading?.marked ?? 0) > 0 || leak.told != nil {
        leaks.append(leak)
      } else if let reading, call.mayDepend,
        looked["\(call.routine.oid) \(call.role) \(call.target)", default: 0] < lookLimit
      {
        looked["\(call.routine.oid) \(call.role) \(call.target)", default: 0] += 1
        quiet.append((call, reading))
      }
    }
    let open = Set(leaks.map(\.routine.oid))
    for target in survey.stage.tenants.indices {
      let own = quiet.filter { $0.call.target == target && !open.contains($0.call.routine.oid) }
      let differences = try Dependence(survey: survey).differences(
        of: own.map { ($0.call.trial, $0.shown) }, onRowsOf: target)
      for (index, difference) in differences.sorted(by: { $0.key < $1.key }) {
        var leak = own[index].call
        leak.difference = difference
        if leak.isOracle, !leak.isGuessable { continue }
        leaks.append(leak)
      }
    }
    return CheckOutcome(findings: findings(leaks, &survey), probes: calls.count)
  }

  /// One finding for each function: the first that shows a value before one that only depends.
  private func findings(_ leaks: [Leak], _ survey: inout Survey) -> [Finding] {
    let writer = survey.writer
    let ordered =
      leaks.filter { $0.difference == nil && $0.told == nil }
      + leaks.filter { $0.told != nil }
      + leaks.filter { $0.difference != nil && !$0.isOracle } + leaks.filter(\.isOracle)
    return survey.findings(
      of: ordered, prefix: "call ", isUnset: isUnset, key: { "call \($0.routine.oid)" },
      finding: { $0.finding(writer) })
  }

  /// A procedure's result is not a query's, so what it hands back is looked through here.
  private func reading(_ outcome: PipelineOutcome, of call: Leak) -> Reading? {
    guard call.routine.kind == .procedure else { return Reading(outcome) }
    guard let result = outcome.result else { return nil }
    let marked = result.rows.filter { row in
      (0..<row.count).contains { index in
        call.markers.contains { row.text(index).contains($0) }
      }
    }
    guard !marked.isEmpty else { return nil }
    return Reading(marked: marked.count, rows: result.rowCount)
  }
}

extension Survey {
  /// True for a function that may be called in this run.
  fileprivate mutating func mayCall(_ routine: Routine) -> Bool {
    guard options.live == nil || routine.volatility != .volatile else {
      coverage.missed(
        .function, routine.displayName, "it is VOLATILE, and --live calls no such function")
      return false
    }
    return true
  }

  fileprivate mutating func noteUncallable() {
    for routine in catalog.routines
    where routine.isSecurityDefiner
      && !callable.values.contains(where: { $0.contains(routine.oid) })
    {
      coverage.missed(
        .function, routine.displayName, "EXECUTE is granted to none of these roles", isOpen: false)
    }
  }

  fileprivate mutating func note(_ call: FunctionProbes.Leak, _ outcome: TrialOutcome) {
    if let error = outcome.outcome.error {
      coverage.missed(
        .function, call.routine.displayName, "no call of it came to an end: \(error)")
    } else if outcome.outcome.result != nil {
      coverage.probed(.function, call.routine.displayName)
    }
  }
}

extension FunctionProbes.Leak {
  /// False for a function whose result policies need, such as the tenant of a parent row: who
  /// cannot guess the key learns nothing.
  fileprivate var mayDepend: Bool {
    routine.policyRelations.isEmpty || isGuessable
  }

  /// The message of an error that holds what only the other tenant's rows have.
  ///
  /// A short value may stand in a message by chance.
  fileprivate func told(by outcome: PipelineOutcome) -> String? {
    guard let message = outcome.error?.message,
      markers.contains(where: { $0.count > 3 && message.contains($0) })
    else { return nil }
    return message
  }

  /// True when the function does not hand out rows, but says yes or no.
  var isOracle: Bool {
    guard let difference else { return false }
    if case .raised = difference.with.content { return true }
    if case .raised = difference.without.content { return true }
    return routine.result == "boolean" || routine.result == "void"
  }

  /// The finding for it.
  func finding(_ writer: ScriptWriter) -> Finding {
    let name = SQLNames.of(routine)
    let kind = routine.keyword.lowercased()
    let (caller, owner) = (TenantName.of(actor), TenantName.of(target))
    let rule: String
    let deed: String
    let evidence: String
    if isWrite {
      rule = "definer-function-writes"
      deed = "changes another tenant's rows"
      evidence =
        "rows of \(owner) in \(harmed.map(\.displayName).joined(separator: ", ")) changed by \(caller)"
    } else if let difference {
      rule = isOracle ? "definer-function-oracle" : "definer-function-reads"
      deed = isOracle ? "tells what another tenant has" : "returns what another tenant's rows say"
      evidence = difference.evidence(reader: actor, owner: target)
    } else if let told {
      rule = "definer-function-reads"
      deed = "tells what another tenant's rows hold"
      evidence = "values of \(owner) told to \(caller) by the error: \(told)"
    } else {
      rule = "definer-function-reads"
      deed = "returns another tenant's rows"
      evidence = "rows of \(owner) returned to \(caller)"
    }
    return Finding(
      rule: rule, severity: isOracle ? .warning : .error, object: routine.displayName,
      operation: isWrite ? "update" : "select", role: role,
      message:
        "\(kind) \(routine.displayName) runs as its owner \(routine.owner) and \(deed)",
      evidence: evidence, reproduce: (try? writer.script(for: self)) ?? "",
      fix:
        "ALTER \(routine.keyword) \(name)(\(routine.argumentTypes.joined(separator: ", "))) SECURITY INVOKER;\n-- or compare the tenant with the setting in every statement of its body, and never paste arguments into SQL"
    )
  }
}
