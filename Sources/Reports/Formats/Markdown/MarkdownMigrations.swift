/// What a change and its migrations do, as Markdown.
struct MarkdownMigrations: Sendable {
  /// The report.
  var report: CheckReport

  /// What the change does to isolation; empty when there is no change.
  var change: MarkdownSection {
    var section = MarkdownSection()
    guard let change = report.change else { return section }
    var table = MarkdownTable(["Object", "Isolation", "What changes"], atMost: 50_000)
    for effect in change.effects {
      table.add([
        MarkdownText.name(effect.object), sign(effect.effect),
        effect.changes.prefix(20).map(words).joined(separator: "; "),
      ])
    }
    section.add(paragraph: "### What the change does")
    let files = "\(change.files.count) " + (change.files.count == 1 ? "file" : "files")
    section.add(
      paragraph: "\(files) since \(MarkdownText.name(change.since))."
        + (change.effects.isEmpty ? " Isolation stays as it is." : ""))
    section.add(table, under: "", of: "objects that change")
    return section
  }

  /// The migrations with their locks.
  var migrations: MarkdownSection {
    var table = MarkdownTable(
      ["Migration", "State", "Time", "Down", "Strongest locks"], atMost: 100_000)
    for migration in report.migrations {
      let state = [
        migration.isNew ? "new" : "", migration.isPending == true ? "pending" : "",
      ].filter { !$0.isEmpty }.joined(separator: ", ")
      table.add([
        MarkdownText.name("\(migration.version) \(migration.name)"), state,
        migration.durationMs.map(MarkdownStages.time) ?? "", words(migration.down ?? ""),
        migration.locks.map(locks) ?? "",
      ])
    }
    var section = MarkdownSection()
    section.add(table, under: "Migrations", of: "migrations")
    return section
  }

  private func locks(_ locks: [CheckReport.Lock]) -> String {
    let shown = locks.prefix(10).map { lock in
      let blocked =
        switch lock.blocks {
        case .reads: ", nobody can read or write"
        case .writes: ", nobody can write"
        case .nothing: ""
        }
      return MarkdownText.name(lock.object) + " " + words(lock.mode) + blocked
        + (lock.rewrites ? ", rewritten" : "")
    }
    let more = locks.count - shown.count
    return (shown + (more > 0 ? ["\(more) more"] : [])).joined(separator: "; ")
  }

  private func sign(_ effect: String) -> String {
    switch effect {
    case "loosens": "❌ loosens"
    case "unclear": "❔ unclear"
    case "tightens": "🔒 tightens"
    default: words(effect)
    }
  }

  private func words(_ text: String) -> String {
    MarkdownText.escaped(LegalText.line(text, atMost: 300))
  }
}
