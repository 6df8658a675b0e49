/// Which tenant can reach which rows, as Markdown.
struct MarkdownIsolation: Sendable {
  /// The outcome.
  var isolation: CheckReport.Isolation

  /// The matrix, what was not tried, and the mutants in which nothing was noticed.
  var section: MarkdownSection {
    var section = MarkdownSection()
    let operations = CheckReport.Isolation.operations
    var matrix = MarkdownTable(["Table", "Tenancy"] + operations, atMost: 150_000)
    for table in isolation.tables {
      matrix.add(
        [
          MarkdownText.name(table.name),
          MarkdownText.escaped(LegalText.line(table.tenancy, atMost: 100)),
        ] + operations.map { sign(table.operations[$0] ?? .inconclusive) })
    }
    section.add(matrix, under: "Isolation", of: "tables")
    if !matrix.text.isEmpty {
      section.add(
        paragraph: "✅ isolated · ❌ leak · 🔒 denied to its own tenant as well · ❔ inconclusive "
          + "· ➖ not granted")
    }
    section.add(paragraph: figures)
    addGaps(to: &section)
    addMutants(to: &section)
    return section
  }

  private var figures: String {
    let coverage = isolation.coverage.map {
      "\($0.probed) of \($0.probed + $0.notProbed) "
        + MarkdownText.escaped(LegalText.line($0.kind, atMost: 100))
    }
    let mutants = isolation.mutants.map { ["\($0.killed) of \($0.made) mutants noticed"] } ?? []
    return (["\(isolation.probes) probes"] + coverage + mutants).joined(separator: " · ")
  }

  private func addGaps(to section: inout MarkdownSection) {
    var table = MarkdownTable(["Not tried", "Why"], atMost: 30_000)
    for gap in isolation.gaps where gap.isOpen {
      table.add([
        "\(words(gap.kind)) \(MarkdownText.name(gap.object))", words(gap.reason),
      ])
    }
    section.add(table, under: "", of: "gaps")
  }

  private func addMutants(to section: inout MarkdownSection) {
    var table = MarkdownTable(["Mutant that nobody noticed", "Object"], atMost: 30_000)
    for mutant in isolation.mutants?.list ?? [] where mutant.fate == .survived {
      table.add([words(mutant.mutation), MarkdownText.name(mutant.object)])
    }
    section.add(table, under: "", of: "mutants")
  }

  private func words(_ text: String) -> String {
    MarkdownText.escaped(LegalText.line(text, atMost: 300))
  }

  private func sign(_ verdict: CheckReport.Isolation.Verdict) -> String {
    switch verdict {
    case .isolated: "✅"
    case .leak: "❌"
    case .denied: "🔒"
    case .inconclusive: "❔"
    case .notGranted: "➖"
    }
  }
}
