internal import Wording

/// Applies the suppressions of the configuration to what was found.
struct SuppressedFindings {
  var suppressions: [Suppression]
  /// The day, as `YYYY-MM-DD`.
  var today: String

  /// The findings with those marked that are suppressed, and notes on suppressions that did
  /// nothing.
  func applied(to findings: [Finding]) -> [Finding] {
    var result = findings
    var notes: [Finding] = []
    for suppression in suppressions {
      let covered = result.indices.filter { suppression.covers(result[$0]) }
      if covered.isEmpty {
        notes.append(unused(suppression))
      } else if suppression.isExpired(on: today) {
        notes.append(expired(suppression, covered.map { result[$0] }))
      } else {
        for index in covered where result[index].suppressed == nil {
          result[index].suppressed = .init(reason: suppression.reason, until: suppression.until)
        }
      }
    }
    return result + notes
  }

  private func unused(_ suppression: Suppression) -> Finding {
    note(
      "suppression-unused", suppression,
      "the suppression of \(suppression.rule) for \(suppression.object) matches no finding",
      evidence: "no finding of \(suppression.rule) on an object called \(suppression.object)")
  }

  private func expired(_ suppression: Suppression, _ findings: [Finding]) -> Finding {
    let day = suppression.until ?? ""
    let count = Plural.count(findings.count, "finding")
    return note(
      "suppression-expired", suppression,
      "the suppression of \(suppression.rule) for \(suppression.object) ended on \(day), so what it covers counts again",
      evidence: "\(count) on \(findings[0].object); the reason was: \(suppression.reason)")
  }

  private func note(
    _ rule: String, _ suppression: Suppression, _ message: String, evidence: String
  ) -> Finding {
    Finding(
      rule: rule, severity: .info, object: suppression.object, operation: "other",
      role: suppression.role ?? "*", message: message, evidence: evidence, reproduce: "",
      fix: "-- remove it from verify.suppress in dbtool.yaml, or change it there")
  }
}
