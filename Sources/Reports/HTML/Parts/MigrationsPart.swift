/// The migrations in order of time, with how long they took and what they lock.
struct MigrationsPart: Sendable {
  /// Migrations that are shown, the newest.
  static let limit = 150

  private let report: CheckReport

  /// The migrations in a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when there are no migrations.
  var section: PageSection? {
    let migrations = report.migrations
    guard !migrations.isEmpty else { return nil }
    let stops = migrations.contains { migration in
      (migration.locks ?? []).contains { $0.blocks != .nothing }
    }
    let shown = migrations.suffix(Self.limit)
    let longest = shown.compactMap(\.durationMs).max() ?? 0
    return PageSection(
      id: "migrations", title: "Migrations", note: Figures.number(migrations.count),
      tone: stops ? .doubt : .plain,
      content: HTML {
        HTML("p", ["class": "lead"]) { lead }
        if let left = Pieces.rest(migrations.count - shown.count, "older migration") { left }
        HTML("ol", ["class": "timeline"]) {
          HTML(shown.map { step($0, longest) })
        }
      })
  }

  private var lead: String {
    let total = report.migrations.compactMap(\.durationMs).reduce(0, +)
    let new = report.migrations.count(where: \.isNew)
    let pending = report.migrations.count { $0.isPending == true }
    var parts = [Figures.count(report.migrations.count, "migration")]
    if total > 0 { parts.append("\(Figures.duration(total)) in all") }
    if new > 0 { parts.append("\(Figures.number(new)) new") }
    if pending > 0 { parts.append("\(Figures.number(pending)) pending on the target") }
    return parts.joined(separator: ", ") + "."
  }

  private func step(_ migration: CheckReport.Migration, _ longest: Int) -> HTML {
    HTML("li", ["class": migration.isNew || migration.isPending == true ? "step fresh" : "step"]) {
      HTML("div", ["class": "step-head"]) {
        HTML("h3") { HTML("code", ["title": migration.file]) { migration.name } }
        HTML("span", ["class": "version"]) { Self.version(migration.version) }
        marks(migration)
      }
      if let duration = migration.durationMs {
        HTML("div", ["class": "measure"]) {
          Pieces.bar(duration, of: longest, tone: .info)
          HTML("span", ["class": "took"]) { Figures.duration(duration) }
        }
      }
      locks(migration.locks)
    }
  }

  private func marks(_ migration: CheckReport.Migration) -> HTML {
    HTML {
      if migration.isNew { Badge(tone: .info, symbol: "+", word: "new").markup }
      if migration.isPending == true { Badge(tone: .info, symbol: "…", word: "pending").markup }
      if let down = migration.down { Self.badge(down: down).markup }
    }
  }

  private func locks(_ locks: [CheckReport.Lock]?) -> HTML? {
    guard let locks, !locks.isEmpty else { return nil }
    return HTML("ul", ["class": "locks"]) {
      for lock in locks {
        HTML("li") {
          Self.badge(lock.blocks).markup
          if lock.rewrites {
            Badge(tone: .bad, symbol: "↻", word: "writes the table anew").markup
          }
          HTML("span") {
            Pieces.code(lock.object)
            " "
            HTML("span", ["class": "mode"]) { lock.mode }
          }
          if let statement = lock.statement {
            HTML("code", ["class": "statement"]) { statement }
          }
        }
      }
    }
  }

  private static func badge(_ blocks: CheckReport.Lock.Blocks) -> Badge {
    switch blocks {
    case .reads: Badge(tone: .bad, symbol: "✕", word: "blocks reads and writes")
    case .writes: Badge(tone: .doubt, symbol: "!", word: "blocks writes")
    case .nothing: Badge(tone: .good, symbol: "✓", word: "blocks nobody")
    }
  }

  private static func badge(down: String) -> Badge {
    switch down {
    case "good": Badge(tone: .good, symbol: "✓", word: "down restores all")
    case "no-down": Badge(tone: .plain, symbol: "–", word: "no down file")
    case "forgets": Badge(tone: .doubt, symbol: "?", word: "down leaves something")
    case "differs": Badge(tone: .bad, symbol: "✕", word: "down and up differ")
    case "fails": Badge(tone: .bad, symbol: "✕", word: "down fails")
    default: Badge(tone: .doubt, symbol: "?", word: "down: \(down)")
    }
  }

  /// A version; one that is a time, as a time.
  static func version(_ version: Int64) -> String {
    let digits = String(version)
    guard digits.count == 14, digits.hasPrefix("19") || digits.hasPrefix("20") else {
      return digits
    }
    let parts = Array(digits)
    func part(_ range: Range<Int>) -> String { String(parts[range]) }
    return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8)) \(part(8..<10)):\(part(10..<12))"
  }
}
