/// One finding.
struct FindingCard: Sendable {
  private let number: Int
  private let finding: CheckReport.Finding

  /// A finding and its place in the report.
  init(_ number: Int, _ finding: CheckReport.Finding) {
    self.number = number
    self.finding = finding
  }

  /// The finding as markup; the first of a group shows its fix at once.
  func markup(isFirst: Bool) -> HTML {
    HTML(
      "article",
      [
        "class": "finding", "id": "finding-\(number)",
        "data-severity": finding.severity.rawValue,
      ]
    ) {
      HTML("h4") { title }
      HTML("p", ["class": "message"]) { HTML(lines: finding.message) }
      HTML("p", ["class": "meta"]) {
        if let location = finding.location { Pieces.place(location) }
        HTML("span") {
          "found by "
          Pieces.code(finding.stage)
        }
        HTML("span") {
          "id "
          Pieces.code(finding.id)
        }
      }
      if let accepted = finding.accepted { reason(accepted) }
      if let evidence = finding.evidence {
        HTML("p", ["class": "evidence"]) {
          HTML("strong") { "Seen: " }
          HTML(lines: evidence)
        }
      }
      HTML("div", ["class": "folds"]) {
        if let fix = finding.fix {
          Pieces.folded("Fix", isOpen: isFirst && finding.accepted == nil) {
            Pieces.script(fix, named: "fix")
          }
        }
        if let reproduce = finding.reproduce {
          Pieces.folded("Reproduce with psql") { Pieces.script(reproduce, named: "script") }
        }
      }
    }
  }

  private var title: HTML {
    HTML {
      if finding.object.isEmpty { "The project" } else { Pieces.code(finding.object) }
      if let operation = finding.operation {
        " "
        HTML("span", ["class": "operation"]) { operation }
      }
      if let role = finding.role {
        " as "
        Pieces.code(role)
      }
    }
  }

  private func reason(_ accepted: CheckReport.Acceptance) -> HTML {
    let source =
      switch accepted.by {
      case .baseline: "by the baseline"
      case .configuration: "by the configuration"
      case .file: "by a comment in the file"
      }
    let end = accepted.until.map { " until \($0)" } ?? ""
    return HTML("p", ["class": "reason"]) {
      HTML("strong") { "Accepted \(source)\(end): " }
      accepted.reason
    }
  }
}
