import Isolation
import Reports
import Wording

/// What `verify-rls` found, as the report of checks has it.
struct IsolationFindings {
  let isolation: IsolationReport
  let definitions: Definitions

  static let stage = "verify-rls"

  /// The verdict and how much was tried, in one line.
  var summary: String {
    var parts = ["\(isolation.probes.run) probes"]
    if isolation.mutants.seconds != nil {
      parts.append("\(isolation.mutants.killed) of \(isolation.mutants.made) mutants noticed")
    }
    let effort = parts.joined(separator: ", ")
    switch isolation.verdict {
    case .isolated: return "no tenant reached another one's rows, \(effort)"
    case .leak:
      let holes = isolation.findings.filter(\.isLeak).count
      return "\(Plural.count(holes, "hole")) found, \(effort)"
    case .inconclusive: return "not concluded, \(effort)"
    }
  }

  var findings: [CheckReport.Finding] { found + notConcluded + survivors }

  private var found: [CheckReport.Finding] {
    isolation.findings.map { finding in
      let severity = CheckReport.Finding.Severity(finding.severity)
      var result = CheckReport.Finding(
        id: Fingerprint.of([
          Self.stage, finding.rule, finding.object, finding.operation, finding.role,
        ]),
        stage: Self.stage, rule: finding.rule, severity: severity,
        effect: severity == .error ? .fails : .none, object: finding.object,
        operation: finding.operation == "other" ? nil : finding.operation, role: finding.role,
        message: finding.message, evidence: finding.evidence,
        reproduce: finding.reproduce.isEmpty ? nil : finding.reproduce,
        fix: finding.fix.isEmpty ? nil : finding.fix,
        location: definitions.place(
          of: finding.object, mentionedIn: finding.message + " " + finding.evidence))
      result.accepted = finding.suppressed.map {
        .init(by: .configuration, reason: $0.reason, until: $0.until)
      }
      return result
    }
  }

  /// Where something could not be tried, nothing is proved.
  private var notConcluded: [CheckReport.Finding] {
    let open = isolation.tables.flatMap { table in
      ProbedOperation.allCases.filter { table.operations[$0] == .inconclusive }.map { operation in
        let prefix = operation.rawValue + ": "
        let note = table.notes.first { $0.hasPrefix(prefix) } ?? table.notes.first ?? ""
        return CheckReport.Finding(
          id: Fingerprint.of([Self.stage, "not-concluded", table.name, operation.rawValue]),
          stage: Self.stage, rule: "not-concluded", severity: .warning, effect: .doubts,
          object: table.name, operation: operation.rawValue,
          message: "whether \(operation.rawValue) on \(table.name) is isolated is not concluded",
          evidence: note, fix: GateRules.notConcluded.explanation,
          location: definitions.place(of: table.name))
      }
    }
    guard isolation.verdict == .inconclusive, open.isEmpty, isolation.mutants.survived.isEmpty
    else { return open }
    return [
      CheckReport.Finding(
        id: Fingerprint.of([Self.stage, "nothing-probed"]), stage: Self.stage,
        rule: "nothing-probed", severity: .warning, effect: .doubts, object: "",
        role: isolation.roles.joined(separator: ", "),
        message: "these roles may use no table with tenants' rows, so nothing was proved",
        fix: GateRules.nothingProbed.explanation)
    ]
  }

  private var survivors: [CheckReport.Finding] {
    isolation.mutants.survived.map { mutant in
      CheckReport.Finding(
        id: Fingerprint.of([
          Self.stage, "mutant-survived", mutant.object, mutant.operator.rawValue, mutant.mutation,
        ]),
        stage: Self.stage, rule: "mutant-survived", severity: .warning, effect: .doubts,
        object: mutant.object,
        message: "the probes did not notice a weakened schema: \(mutant.mutation)",
        evidence: mutant.reason, reproduce: mutant.sql, fix: GateRules.mutantSurvived.explanation,
        location: definitions.place(of: mutant.object, mentionedIn: mutant.mutation))
    }
  }

  /// The matrix and what belongs to it.
  var section: CheckReport.Isolation {
    var section = CheckReport.Isolation()
    section.roles = isolation.roles
    section.reachable = isolation.reachable.map { .init(role: $0.role, through: $0.through) }
    section.tables = isolation.tables.map(table)
    section.probes = isolation.probes.run
    let coverage = isolation.coverage
    section.coverage = [
      ("tables", coverage.tables), ("operations", coverage.operations), ("roles", coverage.roles),
      ("branches", coverage.branches), ("views", coverage.views),
      ("functions", coverage.functions),
    ].filter { $0.1.probed + $0.1.notProbed > 0 }.map {
      .init(kind: $0.0, probed: $0.1.probed, notProbed: $0.1.notProbed)
    }
    section.gaps = coverage.gaps.map {
      .init(kind: $0.kind.rawValue, object: $0.object, reason: $0.reason, isOpen: $0.isOpen)
    }
    section.mutants = isolation.mutants.seconds.map { _ in mutants }
    return section
  }

  private func table(_ table: IsolationReport.Table) -> CheckReport.Isolation.Table {
    var result = CheckReport.Isolation.Table(
      name: table.name, tenancy: table.tenancy, operations: Self.verdicts(table.operations))
    result.columns = table.through?.columns ?? []
    result.parent = table.through?.parent
    result.partitionOf = table.partitionOf
    result.operationsByRole = table.operationsByRole.mapValues(Self.verdicts)
    result.probes = (table.tried ?? []).map {
      .init(
        operation: $0.operation, role: $0.role, attempt: $0.attempt, outcome: $0.outcome,
        isGood: $0.isGood, count: $0.count)
    }
    result.notes = table.notes
    result.location = definitions.place(of: table.name)
    return result
  }

  private static func verdicts(
    _ operations: IsolationReport.Operations
  ) -> [String: CheckReport.Isolation.Verdict] {
    Dictionary(
      uniqueKeysWithValues: ProbedOperation.allCases.map {
        ($0.rawValue, .init(operations[$0]))
      })
  }

  private var mutants: CheckReport.Isolation.Mutants {
    typealias Mutant = CheckReport.Isolation.Mutant
    func list(
      _ mutations: [IsolationReport.Mutation], _ fate: CheckReport.Isolation.Mutants.Fate
    ) -> [Mutant] {
      mutations.map {
        Mutant(
          object: $0.object, operator: $0.operator.rawValue, mutation: $0.mutation, fate: fate,
          sql: fate == .survived ? $0.sql : nil, reason: $0.reason)
      }
    }
    let mutants = isolation.mutants
    let killed = (mutants.kills ?? []).map {
      Mutant(
        object: $0.object, operator: $0.operator.rawValue, mutation: $0.mutation, fate: .killed,
        reason: $0.rule)
    }
    return .init(
      made: mutants.made, killed: mutants.killed,
      list: list(mutants.survived, .survived) + list(mutants.notMade ?? [], .notMade) + killed
        + list(mutants.equivalent ?? [], .equivalent))
  }
}

extension CheckReport.Finding.Severity {
  init(_ severity: Finding.Severity) {
    switch severity {
    case .error: self = .error
    case .warning: self = .warning
    case .info: self = .info
    }
  }
}

extension CheckReport.Isolation.Verdict {
  init(_ verdict: OperationVerdict) {
    switch verdict {
    case .isolated: self = .isolated
    case .leak: self = .leak
    case .denied: self = .denied
    case .inconclusive: self = .inconclusive
    case .notGranted: self = .notGranted
    }
  }
}
