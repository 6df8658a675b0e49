import LocalPostgres
import Migrations
import Policies
import Reports
import Schema

/// What the gate's own stages find.
enum GateFindings {
  /// Verify files that say that a migration did not do what it should.
  static func unverified(_ verification: MigrationVerification) -> [CheckReport.Finding] {
    verification.entries.flatMap { entry in
      entry.failures.map { failure in
        CheckReport.Finding(
          id: Fingerprint.of([GateStage.up.rawValue, "migration-unverified", entry.migration.label]
          ),
          stage: GateStage.up.rawValue, rule: GateRules.migrationUnverified.name,
          severity: .error, effect: .fails, object: entry.migration.label,
          message: failure.summary, fix: failure.remedy,
          location: (failure.file ?? entry.migration.verifyFile).map {
            .init(file: $0, line: failure.line ?? 1, column: failure.column ?? 1)
          })
      }
    }
  }

  /// Tables on which nobody has decided.
  static func undecided(_ plan: PolicyPlan) -> [CheckReport.Finding] {
    guard let difference = plan.difference, difference.toleratesUndecided else { return [] }
    return difference.undecided.map { question in
      CheckReport.Finding(
        id: Fingerprint.of([GateStage.policies.rawValue, "policy-undecided", question.table]),
        stage: GateStage.policies.rawValue, rule: GateRules.policyUndecided.name,
        severity: .warning, effect: .none, object: question.table, message: question.question,
        fix: GateRules.policyUndecided.explanation,
        location: plan.manifest.map { .init(file: $0.path, line: 1) })
    }
  }

  /// What differs right after everything was applied.
  static func unstable(
    _ plan: PolicyPlan, _ definitions: Definitions
  ) -> [CheckReport.Finding] {
    guard !plan.isEmpty else { return [] }
    func finding(_ object: String, _ what: String) -> CheckReport.Finding {
      CheckReport.Finding(
        id: Fingerprint.of([GateStage.policies.rawValue, "policies-unstable", object]),
        stage: GateStage.policies.rawValue, rule: GateRules.policiesUnstable.name,
        severity: .error, effect: .fails, object: object, message: what,
        fix: GateRules.policiesUnstable.explanation, location: definitions.place(of: object))
    }
    let objects = (plan.difference?.objects ?? []).map { object in
      finding(
        object.object,
        "right after the policies were applied this differs: "
          + object.changes.map(PolicyReports.line).joined(separator: "; "))
    }
    let files =
      plan.filesToApply.isEmpty
      ? []
      : plan.drift.map { drift in
        finding(drift.object, "a later file changes what an earlier one made")
      }
    return objects + files
  }

  /// Down files that do not take back what was done.
  static func down(_ entry: DownCheck.Entry, _ rights: ServerRights) -> CheckReport.Finding? {
    let rule: CheckReport.Rule
    var fix: String?
    var evidence: String?
    switch entry.outcome {
    case .good, .noDown: return nil
    case .forgets(let difference): (rule, fix) = (GateRules.downIncomplete, difference.script)
    case .differs(let difference): (rule, evidence) = (GateRules.downDiffers, difference.script)
    case .fails(let error):
      (rule, evidence) = (GateRules.downFails, "\(error)")
      fix = error.postgres.flatMap { MissingRights.remedy(for: $0, rights) }
    }
    return CheckReport.Finding(
      id: Fingerprint.of([GateStage.down.rawValue, rule.name, entry.migration.label]),
      stage: GateStage.down.rawValue, rule: rule.name, severity: .error, effect: .fails,
      object: entry.migration.label,
      message: "\(entry.migration.label): \(DownCheckReport.words(entry.outcome))",
      evidence: evidence, fix: fix,
      location: entry.migration.downFile.map { .init(file: $0, line: 1) })
  }

  /// A migration that was there before and is another one now, so that its effect cannot be compared.
  static func edited(_ migration: Migration, since name: String) -> CheckReport.Finding {
    CheckReport.Finding(
      id: Fingerprint.of([
        GateStage.locks.rawValue, GateRules.migrationEdited.name, migration.label,
      ]),
      stage: GateStage.locks.rawValue, rule: GateRules.migrationEdited.name, severity: .warning,
      effect: .doubts, object: migration.label,
      message: "\(migration.label) is in \(name) already and was changed, so what the change does "
        + "cannot be told",
      fix: "take the change back, and put it into a new migration",
      location: .init(file: migration.upFile, line: 1))
  }

  /// What a change lets through.
  static func loosening(
    _ changes: [IsolationChange], _ definitions: Definitions
  ) -> [CheckReport.Finding] {
    changes.filter { $0.effect == .loosens }.map { change in
      CheckReport.Finding(
        id: Fingerprint.of([GateStage.locks.rawValue, "loosens-isolation", change.object]),
        stage: GateStage.locks.rawValue, rule: GateRules.loosens.name, severity: .warning,
        effect: .none, object: change.object,
        message: "\(change.object) lets more through than before",
        evidence: change.changes.joined(separator: "\n"),
        location: definitions.place(
          of: change.object, mentionedIn: change.changes.joined(separator: " ")))
    }
  }

  /// What somebody changed in the target.
  static func drift(_ difference: SchemaDifference) -> [CheckReport.Finding] {
    difference.items.map { item in
      CheckReport.Finding(
        id: Fingerprint.of([
          GateStage.drift.rawValue, item.change.rawValue, item.kind.rawValue, item.name,
        ]),
        stage: GateStage.drift.rawValue, rule: GateRules.drift.name, severity: .error,
        effect: .fails, object: item.name,
        message: "\(item.change.rawValue) in the target: \(item.kind.rawValue) \(item.name)",
        fix: item.sql.joined(separator: ";\n"))
    }
  }

  /// Why `migrate up` would not begin in the target.
  static func ledger(_ problem: MigrationError) -> CheckReport.Finding {
    CheckReport.Finding(
      id: Fingerprint.of([
        GateStage.pending.rawValue, problem.code.rawValue, problem.file ?? "", problem.message,
      ]),
      stage: GateStage.pending.rawValue, rule: GateRules.targetLedger.name, severity: .error,
      effect: .fails, object: "", message: problem.summary, fix: problem.remedy,
      location: problem.file.map {
        .init(file: $0, line: problem.line ?? 1, column: problem.column ?? 1)
      })
  }
}
