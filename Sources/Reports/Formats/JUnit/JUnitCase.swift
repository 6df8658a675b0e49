/// A test case: one thing that was looked at, and what came of it.
struct JUnitCase: Sendable {
  /// What came of it.
  enum Result: Sendable {
    /// All is well.
    case passed
    /// Something is wrong.
    case failed(type: String, message: String, text: String)
    /// It could not be told.
    case error(type: String, message: String, text: String)
    /// It does not count, for a reason.
    case skipped(reason: String)

    /// True when all is well.
    var isPassed: Bool { if case .passed = self { true } else { false } }
    /// True when something is wrong, or could not be told.
    var isBad: Bool {
      switch self {
      case .failed, .error: true
      case .passed, .skipped: false
      }
    }
  }

  /// What is looked at: a table, a file, a stage.
  var group: String
  /// What is asked of it.
  var name: String
  /// What came of it.
  var result: Result
  /// How long it took; nil when that was not measured.
  var durationMs: Int?
  /// What is worth knowing besides.
  var output = ""

  /// A case for one finding.
  init(_ finding: CheckReport.Finding) {
    let text = FindingText(finding)
    let place = finding.location.map { FindingPlace($0) }
    group = place?.file ?? text.subject
    if group.isEmpty { group = LegalText.line(finding.stage, atMost: 200) }
    name = LegalText.line(finding.rule, atMost: 200)
    if let place { name += " at \(place.line):\(place.column)" }
    if place != nil, !text.subject.isEmpty { name += " (\(text.subject))" }
    result = Self.result(of: [finding])
    if result.isPassed { output = Self.text(of: [finding]) }
  }

  /// A case from its parts.
  init(
    group: String, name: String, result: Result, durationMs: Int? = nil, output: String = ""
  ) {
    self.group = group
    self.name = name
    self.result = result
    self.durationMs = durationMs
    self.output = output
  }

  /// What findings on one thing come to: the worst of them decides.
  static func result(of findings: [CheckReport.Finding]) -> Result {
    let sorted = FindingOrder.sorted(findings)
    guard let worst = sorted.first else { return .passed }
    let words = FindingText(worst)
    if worst.counts {
      let type = LegalText.line(worst.rule, atMost: 200)
      let text = text(of: sorted)
      return worst.effect == .fails
        ? .failed(type: type, message: words.message, text: text)
        : .error(type: type, message: words.message, text: text)
    }
    // What is only worth knowing would be hidden by one that is accepted.
    if let reason = words.acceptance { return .skipped(reason: "\(words.message) — \(reason)") }
    return .passed
  }

  /// The words of findings, one behind the other.
  static func text(of findings: [CheckReport.Finding]) -> String {
    findings.map { finding in
      let text = FindingText(finding)
      let about = text.subject.isEmpty ? [] : [text.subject]
      let place = finding.location.map { FindingPlace($0) }.map { ["\($0.file):\($0.line)"] } ?? []
      let head = ["\(LegalText.line(finding.rule, atMost: 200)): \(text.message)"]
      let tail = text.acceptance.map { ["(\($0))"] } ?? []
      return (head + about + place + tail + text.parts.map { "\n\($0.heading):\n\($0.text)" })
        .joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The case as XML.
  var element: XMLElement {
    var attributes = [("classname", group), ("name", name)]
    if let durationMs { attributes.append(("time", JUnitSuite.seconds(durationMs))) }
    var element = XMLElement(name: "testcase", attributes: attributes)
    switch result {
    case .passed: break
    case .failed(let type, let message, let text):
      element.children = [
        XMLElement(
          name: "failure", attributes: [("type", type), ("message", message)], text: text)
      ]
    case .error(let type, let message, let text):
      element.children = [
        XMLElement(name: "error", attributes: [("type", type), ("message", message)], text: text)
      ]
    case .skipped(let reason):
      element.children = [XMLElement(name: "skipped", attributes: [("message", reason)])]
    }
    if !output.isEmpty { element.children.append(XMLElement(name: "system-out", text: output)) }
    return element
  }
}
