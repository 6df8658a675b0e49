/// Findings as Markdown: a table, and what was seen, the script and the fix of each, folded.
struct MarkdownFindings: Sendable {
  private var findings: [CheckReport.Finding]

  /// The findings of a report.
  init(_ report: CheckReport) { findings = FindingOrder.sorted(report.findings) }

  /// The table.
  var table: MarkdownSection {
    var table = MarkdownTable(["", "What", "Object", "Rule", "Where"], atMost: 300_000)
    for finding in findings {
      let text = FindingText(finding, atMost: 300)
      let how = [finding.operation, finding.role.map { $0.isEmpty ? "" : "as \($0)" }].compactMap {
        $0
      }
      .map { $0.isEmpty ? "" : " " + words($0) }.joined()
      let place = finding.location.map { FindingPlace($0) }
      table.add([
        Self.sign(finding),
        words(text.message) + (text.acceptance.map { " (\(words($0)))" } ?? ""),
        MarkdownText.name(finding.object) + how, MarkdownText.name(finding.rule),
        place.map { MarkdownText.name("\($0.file):\($0.line)") } ?? "",
      ])
    }
    var section = MarkdownSection()
    section.add(table, under: "Findings", of: "findings")
    return section
  }

  /// The folded details of those that count, as many as fit into so many bytes.
  func details(atMost room: Int) -> MarkdownSection {
    var section = MarkdownSection()
    var leftOut = 0
    for finding in findings where finding.accepted == nil {
      let text = FindingText(finding, atMost: 20_000)
      guard !text.parts.isEmpty else { continue }
      let fold = fold(finding, text)
      if leftOut > 0 || section.text.utf8.count + fold.utf8.count > room {
        leftOut += 1
      } else {
        section.text += fold
      }
    }
    if leftOut > 0 {
      section.leftOut.append("evidence, script and fix of \(leftOut) findings")
    }
    return section
  }

  private func fold(_ finding: CheckReport.Finding, _ text: FindingText) -> String {
    let blocks = text.parts.map { part in
      part.isScript || part.text.utf8.contains(UInt8(ascii: "\n"))
        ? "\(part.heading):\n\n"
          + MarkdownText.block(part.text, language: part.isScript ? "sql" : "")
        : "\(part.heading): \(MarkdownText.escaped(part.text))\n"
    }
    // Markdown begins again behind the empty line.
    return """
      <details><summary>\(Self.sign(finding)) <code>\(MarkdownText.html(text.title))</code></summary>

      \(words(text.sentence))

      \(blocks.joined(separator: "\n"))
      </details>


      """
  }

  private func words(_ text: String) -> String {
    MarkdownText.escaped(LegalText.line(text, atMost: 1_000))
  }

  private static func sign(_ finding: CheckReport.Finding) -> String {
    if finding.accepted != nil { return "☑️" }
    return switch finding.severity {
    case .error: "❌"
    case .warning: "⚠️"
    case .info: "ℹ️"
    }
  }
}
