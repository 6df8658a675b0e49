/// What a finding says, in parts that each format puts in its own form.
struct FindingText: Sendable {
  /// One of several longer texts.
  struct Part: Sendable {
    /// What it is.
    var heading: String
    /// The text; may have several lines.
    var text: String
    /// True when it is SQL rather than words.
    var isScript: Bool
  }

  /// The rule and the object.
  var title: String
  /// What it is about: the object, the operation and the role, as far as there are any.
  var subject: String
  /// What is wrong, on one line.
  var message: String
  /// The evidence, the script and the fix, as far as there are any.
  var parts: [Part]
  /// Why it does not count, on one line; nil when it does.
  var acceptance: String?

  /// The text of a finding, each part shortened to about so many characters.
  init(_ finding: CheckReport.Finding, atMost limit: Int = 100_000) {
    let object = LegalText.line(finding.object, atMost: 200)
    let rule = LegalText.line(finding.rule, atMost: 200)
    let role = LegalText.line(finding.role ?? "", atMost: 200)
    title = object.isEmpty ? rule : "\(rule): \(object)"
    subject = [
      object, LegalText.line(finding.operation ?? "", atMost: 200),
      role.isEmpty ? "" : "as \(role)",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    message = LegalText.line(finding.message, atMost: min(limit, 1_000))
    sentence =
      subject.isEmpty || (!object.isEmpty && message.contains(object))
      ? message : "\(subject): \(message)"
    // A fix is SQL or advice.
    let isFixScript = finding.fix?.utf8.contains(UInt8(ascii: ";")) == true
    parts = [
      ("Evidence", finding.evidence, false), ("Reproduce", finding.reproduce, true),
      ("Fix", finding.fix, isFixScript),
    ].compactMap { heading, text, isScript in
      guard let text, !text.isEmpty else { return nil }
      return Part(
        heading: heading, text: LegalText.block(text, atMost: limit), isScript: isScript)
    }
    acceptance = finding.accepted.map(Self.sentence)
  }

  private static func sentence(_ acceptance: CheckReport.Acceptance) -> String {
    let source =
      switch acceptance.by {
      case .baseline: "accepted by the baseline"
      case .configuration: "accepted in dbtool.yaml"
      case .file: "allowed by its file"
      }
    let until = acceptance.until.map { " (until \(LegalText.line($0, atMost: 20)))" } ?? ""
    let reason = LegalText.line(acceptance.reason, atMost: 500)
    return source + until + (reason.isEmpty ? "" : ": \(reason)")
  }

  /// What is wrong with what, on one line; most messages name their object themselves.
  var sentence: String

  /// All of it as plain text, without what a heading has already said.
  var plain: String {
    let about = subject.isEmpty ? [] : [subject]
    return (about + parts.map { "\($0.heading):\n\($0.text)" }).joined(separator: "\n\n")
  }
}
