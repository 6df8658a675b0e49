/// The rules of a report as SARIF has them: those of its findings, each once.
struct SARIFRules {
  /// The rules in order of name.
  var rules: [SARIFLog.Rule]
  /// Where each is in the list.
  var index: [String: Int]

  /// The rules that findings name.
  init(_ report: CheckReport, of findings: [CheckReport.Finding]) {
    let known = Dictionary(report.rules.map { ($0.name, $0) }) { first, _ in first }
    var severities: [String: CheckReport.Finding.Severity] = [:]
    // What keeps an application waiting is bad, and no matter of security.
    let proved = Set(findings.filter { $0.stage == "verify-rls" }.map(\.rule))
    for finding in findings {
      let worst = severities[finding.rule]
      if worst == nil || worst == .info || finding.severity == .error {
        severities[finding.rule] = finding.severity
      }
    }
    rules = []
    index = [:]
    for (name, severity) in severities.sorted(by: { $0.key < $1.key }) {
      index[name] = rules.count
      rules.append(Self.rule(name, known[name], severity, isSecurity: proved.contains(name)))
    }
  }

  private static func rule(
    _ name: String, _ rule: CheckReport.Rule?, _ severity: CheckReport.Finding.Severity,
    isSecurity: Bool
  ) -> SARIFLog.Rule {
    let id = LegalText.line(name, atMost: 200)
    // GitHub refuses an empty text.
    func given(_ words: String?) -> String {
      guard let words, !words.isEmpty else { return id }
      return words
    }
    let explanation = LegalText.block(given(rule?.explanation), atMost: 20_000)
    let paragraphs = explanation.split(separator: "\n").map(String.init)
    return SARIFLog.Rule(
      id: id, shortDescription: description(given(rule?.title)),
      fullDescription: description(paragraphs.joined(separator: " ")),
      help: .init(
        text: SARIFText.message(explanation),
        markdown: paragraphs.map(MarkdownText.escaped).joined(separator: "\n\n")),
      helpUri: rule?.link.flatMap(link), defaultConfiguration: .init(level: .init(severity)),
      properties: .init(
        tags: isSecurity ? ["database", "security"] : ["database"],
        securitySeverity: isSecurity ? securitySeverity(severity) : nil))
  }

  /// GitHub takes 1,024 characters, and doubled braces count twice.
  private static func description(_ text: String) -> SARIFLog.Message {
    .init(text: SARIFText.message(LegalText.line(text, atMost: 500)))
  }

  /// GitHub says of more than 9.0 that it is critical, and of less than 4.0 that it is low.
  private static func securitySeverity(_ severity: CheckReport.Finding.Severity) -> String? {
    switch severity {
    case .error: "9.5"
    case .warning: "5.0"
    case .info: nil
    }
  }

  /// A link that nobody can hide something else in.
  private static func link(_ text: String) -> String? {
    let isPlain = text.utf8.allSatisfy { byte in
      0x20 < byte && byte < 0x7F && !"<>\"{}|\\^`".utf8.contains(byte)
    }
    return isPlain && text.hasPrefix("https://") ? text : nil
  }
}
