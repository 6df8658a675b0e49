import Isolation
import Lint
import Reports

/// What the rules of findings are about, those of the gate itself and those of its stages.
enum GateRules {
  static let notConcluded = CheckReport.Rule(
    name: "not-concluded", title: "whether an operation is isolated could not be concluded",
    explanation:
      "Rows of two tenants could not be made, or a tenant could not reach its own rows, so that a "
      + "refusal proves nothing. tenancy.values in dbtool.yaml gives values that a column takes; "
      + "tenancy.exempt says with a reason that a table needs no proof.")
  static let nothingProbed = CheckReport.Rule(
    name: "nothing-probed", title: "nothing was probed",
    explanation:
      "The application's roles may use no table with tenants' rows. Grant what the application "
      + "uses, or correct tenancy.roles in dbtool.yaml.")
  static let mutantSurvived = CheckReport.Rule(
    name: "mutant-survived", title: "the probes did not notice that the schema was weakened",
    explanation:
      "The statements of the mutant weaken the schema, and no probe saw a difference: a hole like it "
      + "would not be seen either. Look at what the mutant does by hand; if it truly changes "
      + "nothing, the baseline file accepts it.")
  static let migrationFails = CheckReport.Rule(
    name: "migration-fails", title: "a migration cannot be applied",
    explanation: "All migrations are applied, in order, to an empty database.")
  static let migrationUnverified = CheckReport.Rule(
    name: "migration-unverified", title: "a migration did not do what its verify file asks for",
    explanation: "Each query of a .verify.sql file must give one row with one true value.")
  static let downIncomplete = CheckReport.Rule(
    name: "down-incomplete", title: "a down file does not take back what its up file did",
    explanation:
      "Each migration is applied, taken back and applied again; the schema must be what it was. The "
      + "fix shows the statements that the down file lacks.")
  static let downDiffers = CheckReport.Rule(
    name: "down-differs", title: "after down and up again the schema is another one",
    explanation:
      "What is left behind by the down file changes what the up file does the second time.")
  static let downFails = CheckReport.Rule(
    name: "down-fails", title: "a migration cannot be taken back and applied again",
    explanation: "When a deploy has to be taken back, it has to work at the first try.")
  static let policiesFail = CheckReport.Rule(
    name: "policies-fail", title: "the policies cannot be applied",
    explanation: "They are applied to the database that the migrations have made.")
  static let policyUndecided = CheckReport.Rule(
    name: "policy-undecided", title: "nobody has decided how a table is isolated",
    explanation:
      "Give it a line under tables: in the manifest: {column: …}, {parent: …}, {membership: …}, "
      + "global, or {exempt: \"the reason\"}.")
  static let policiesUnstable = CheckReport.Rule(
    name: "policies-unstable", title: "applied policies differ from the files at once",
    explanation: "What one file makes another one undoes, so that every deploy changes it again.")
  static let seedFails = CheckReport.Rule(
    name: "seed-fails", title: "seeds cannot be loaded",
    explanation:
      "Seeds run in each tenant's context as the application's role: what they cannot do, the "
      + "application cannot do either.")
  static let drift = CheckReport.Rule(
    name: "drift", title: "the target is not what the migrations build",
    explanation:
      "Somebody changed it by hand. Bring the change into a migration, or take it back with the "
      + "statements of the fix, before something is built on it.")
  static let targetLedger = CheckReport.Rule(
    name: "target-ledger", title: "the target's ledger and the files do not fit together",
    explanation: "dbtool migrate up would refuse to begin there.")
  static let migrationEdited = CheckReport.Rule(
    name: "migration-edited", title: "a migration that was there before was changed or renamed",
    explanation:
      "It is not run again where it was applied, and dbtool migrate up refuses the changed file there. "
      + "What it locks and does to isolation cannot be found out on top of what it made before.")
  static let loosens = CheckReport.Rule(
    name: "loosens-isolation", title: "the change lets more through than before",
    explanation:
      "Held against the state since which the change is looked at, more rows can be reached. Whether "
      + "that is meant, only a person can tell; what other tenants can reach is what verify-rls "
      + "proves.")

  private static let own = [
    notConcluded, nothingProbed, mutantSurvived, migrationFails, migrationUnverified,
    downIncomplete, downDiffers,
    downFails, policiesFail, policyUndecided, policiesUnstable, seedFails, drift, targetLedger,
    migrationEdited, loosens,
  ]

  /// What is known of the rules of these findings, in order of their names.
  static func rules(of findings: [CheckReport.Finding]) -> [CheckReport.Rule] {
    Set(findings.map(\.rule)).sorted().map { name in
      if let rule = own.first(where: { $0.name == name }) { return rule }
      if let rule = RuleBook.rule(named: name) {
        return .init(name: name, title: rule.title, explanation: rule.why, link: link(rule.source))
      }
      if let rule = LintBook.rule(named: name) {
        return .init(name: name, title: rule.title, explanation: rule.why, link: link(rule.source))
      }
      return .init(name: name, title: name, explanation: "")
    }
  }

  /// Sources are told in words, and some are addresses.
  private static func link(_ source: String) -> String? {
    source.split(separator: " ").first { $0.hasPrefix("https://") }.map(String.init)
  }
}
