import Isolation
import Reports

/// How the outcome of `verify-rls --mutate` is shown to people.
enum MutationReports {
  /// Adds what became of the mutants.
  static func add(_ mutants: IsolationReport.Mutants, to report: inout Report) {
    guard let seconds = mutants.seconds else { return }
    let equivalent = mutants.equivalent ?? []
    let notMade = mutants.notMade ?? []
    report.space()
    let counts = [
      "\(mutants.made) made", "\(mutants.killed) killed", "\(mutants.survived.count) survived",
      "\(equivalent.count) equivalent", "in \(Seconds.text(seconds)) s",
    ]
    report.line("Mutants: " + counts.joined(separator: ", "), .strong)
    for mutant in mutants.survived {
      report.space()
      report.line("survived [\(mutant.operator.rawValue)] \(sentence(mutant))", .doubtful)
      if let reason = mutant.reason { report.line("  \(reason)") }
      report.sections.append(.block(mutant.sql))
    }
    add(notMade, "could not be made", to: &report)
    add(equivalent, "equivalent", to: &report)
  }

  private static func sentence(_ mutant: IsolationReport.Mutation) -> String {
    "\(mutant.object): \(mutant.mutation)"
  }

  /// One line for each reason; which mutants it is about stands in the JSON.
  private static func add(
    _ mutants: [IsolationReport.Mutation], _ word: String, to report: inout Report
  ) {
    guard !mutants.isEmpty else { return }
    report.space()
    report.line("\(word), by reason (--format json names each):", .faint)
    var reasons: [(reason: String, count: Int, first: String)] = []
    for mutant in mutants {
      let reason = mutant.reason ?? ""
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].count += 1
      } else {
        reasons.append((reason, 1, sentence(mutant)))
      }
    }
    for (reason, count, first) in reasons {
      report.line("  \(count) × \(reason), such as \(first)")
    }
  }
}
