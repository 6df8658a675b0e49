/// What is wrong, the worst first, and how to mend it.
struct FindingsPart: Sendable {
  /// How much of the findings a page holds; a report can have any number.
  enum Limit {
    /// Findings of one group that are shown whole.
    static let ofGroup = 25
    /// Findings of the page that are shown whole.
    static let ofPage = 120
    /// Others of a group that are named.
    static let names = 200
    /// Groups.
    static let groups = 60
  }

  private let report: CheckReport
  private let rules: [String: CheckReport.Rule]

  /// The findings of a report.
  init(_ report: CheckReport) {
    self.report = report
    rules = Dictionary(report.rules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The numbers of the findings that are shown whole: the panels of cells show them too.
  var shownWhole: Set<Int> {
    var numbers: Set<Int> = []
    for group in groups(accepted: false) + groups(accepted: true) {
      let room = min(Limit.ofGroup, Limit.ofPage - numbers.count)
      numbers.formUnion(group.members.prefix(max(0, room)).map(\.number))
    }
    return numbers
  }

  /// The part; it is there even when nothing was found, since that is worth reading.
  var section: PageSection? {
    let whole = shownWhole
    let open = groups(accepted: false)
    let accepted = groups(accepted: true)
    let counting = report.findings.filter { $0.accepted == nil }
    let isBad = counting.contains { $0.effect == .fails }
    let isDoubtful = counting.contains { $0.effect == .doubts || $0.severity != .info }
    return PageSection(
      id: "findings", title: "Findings", note: Figures.number(counting.count),
      tone: isBad ? .bad : isDoubtful ? .doubt : counting.isEmpty ? .good : .info,
      content: HTML {
        if counting.isEmpty {
          HTML("p", ["class": "none"]) { "Nothing was found that counts." }
        } else {
          filter(counting)
        }
        let pressing = open.filter { $0.key.severity != .info }
        HTML(pressing.prefix(Limit.groups).map { card($0, whole) })
        Pieces.rest(pressing.count - Limit.groups, "rule")
        folded(open.filter { $0.key.severity == .info }, whole, name: "accepted minor") {
          "\(Figures.count($0, "note")): worth knowing, and nothing fails"
        }
        HTML("p", ["class": "none nothing-left", "hidden": ""]) { "No finding is like that." }
        folded(accepted, whole, name: "accepted") {
          "\(Figures.count($0, "finding")) accepted: they do not count"
        }
      })
  }

  private func groups(accepted: Bool) -> [FindingGroup] {
    let members = report.findings.enumerated()
      .filter { ($0.element.accepted != nil) == accepted }
      .map { FindingGroup.Member(number: $0.offset, finding: $0.element) }
    return FindingGroup.groups(of: members)
  }

  private func filter(_ findings: [CheckReport.Finding]) -> HTML {
    HTML(
      "div",
      [
        "class": "filter", "id": "finding-filter", "hidden": "", "role": "group",
        "aria-label": "Which findings are shown",
      ]
    ) {
      for severity in CheckReport.Finding.Severity.allCases {
        let count = findings.count { $0.severity == severity }
        if count > 0 {
          HTML(
            "button",
            ["type": "button", "aria-pressed": "true", "data-severity": severity.rawValue]
          ) {
            Badge(severity).markup
            " \(Figures.number(count))"
          }
        }
      }
      HTML("label") {
        HTML("span", ["class": "sr"]) { "Text in findings" }
        HTML("input", ["type": "search", "placeholder": "Filter findings", "autocomplete": "off"])
      }
    }
  }

  private func card(_ group: FindingGroup, _ whole: Set<Int>) -> HTML {
    let rule = rules[group.key.rule]
    let badge = Badge(group.key.severity)
    let shown = group.members.filter { whole.contains($0.number) }
    let others = group.members.filter { !whole.contains($0.number) }
    return HTML(
      "div",
      [
        "class": "rule \(badge.tone.rawValue)",
        "data-severity": group.key.severity.rawValue,
      ]
    ) {
      HTML("div", ["class": "rule-head"]) {
        badge.markup
        if group.key.effect == .doubts {
          Badge(tone: .doubt, symbol: "?", word: "no conclusion").markup
        }
        HTML("h3") { rule?.title ?? group.key.rule }
        HTML("span", ["class": "took"]) { tally(group) }
      }
      explanation(group.key.rule, rule)
      for (place, member) in shown.enumerated() {
        FindingCard(member.number, member.finding).markup(isFirst: place == 0)
      }
      remainder(others)
    }
  }

  private func tally(_ group: FindingGroup) -> String {
    let objects = Set(group.members.map(\.finding.object)).count
    let findings = Figures.count(group.members.count, "finding")
    return objects == group.members.count
      ? findings : "\(findings) on \(Figures.count(objects, "object"))"
  }

  private func explanation(_ name: String, _ rule: CheckReport.Rule?) -> HTML {
    HTML("details", ["class": "about"]) {
      HTML("summary") {
        "About "
        Pieces.code(name)
      }
      if let rule {
        HTML(RuleText(rule.explanation).pieces)
        if let link = rule.link, link.hasPrefix("https://") {
          HTML("p") {
            "More: "
            HTML("a", ["href": link, "rel": "noopener noreferrer"]) { link }
          }
        }
      } else {
        HTML("p") {
          "Its text is not in this report; "
          Pieces.code("--explain \(name)")
          " of the command tells it."
        }
      }
    }
  }

  private func remainder(_ others: [FindingGroup.Member]) -> HTML? {
    guard !others.isEmpty else { return nil }
    return Pieces.folded("\(Figures.count(others.count, "more finding")) like these") {
      HTML("ul", ["class": "names"]) {
        for member in others.prefix(Limit.names) {
          HTML("li") {
            Pieces.code(member.finding.object)
            [member.finding.operation, member.finding.role].compactMap { $0 }
              .map { " \($0)" }.joined()
          }
        }
      }
      Pieces.rest(others.count - Limit.names, "finding")
    }
  }

  /// Findings that take no room from those that count.
  private func folded(
    _ groups: [FindingGroup], _ whole: Set<Int>, name: String, _ words: (Int) -> String
  ) -> HTML {
    guard !groups.isEmpty else { return HTML() }
    return HTML("details", ["class": name]) {
      HTML("summary") { words(groups.map(\.members.count).reduce(0, +)) }
      HTML(groups.prefix(Limit.groups).map { card($0, whole) })
      Pieces.rest(groups.count - Limit.groups, "rule")
    }
  }
}
