/// Some of what a file stands for is applied, and some is not.
struct PartialReplacement: Sendable, Equatable {
  /// How many migrations the file stands for.
  var count: Int
  /// Those that are applied.
  var applied: [MigrationLedger.Entry]
}

/// Which files stand for migrations that are applied and have no file any more.
///
/// `dbtool migrate squash` names in the head of the file that it writes what it folded. The heads
/// are read only where something is missing or edited.
struct ReplacedMigrations {
  /// The versions of files that stand for what is applied.
  private(set) var whole: [Int64] = []
  /// The versions that are applied and folded.
  private(set) var folded: [Int64] = []
  /// The files that stand for more than is applied, by version.
  private(set) var partial: [Int64: PartialReplacement] = [:]

  init(_ entries: [MigrationStatus.Entry]) {
    guard entries.contains(where: { $0.state == .missing || $0.state == .edited }) else { return }
    let rows = Dictionary(
      uniqueKeysWithValues: entries.compactMap { entry in entry.applied.map { ($0.version, $0) } })
    for entry in entries {
      guard let file = entry.migration, file.layout == .dbtool,
        let script = try? MigrationScript.load(file.upFile)
      else { continue }
      let replacements = script.directives.replacements
      guard !replacements.isEmpty else { continue }
      take(replacements, of: entry, rows)
    }
  }

  private mutating func take(
    _ replacements: [MigrationDirectives.Replacement], of entry: MigrationStatus.Entry,
    _ rows: [Int64: MigrationLedger.Entry]
  ) {
    let versions = Set(replacements.map(\.version))
    let others = versions.subtracting([entry.version]).filter { rows[$0] != nil }.sorted()
    switch entry.state {
    case .applied, .reformatted: folded += others
    case .edited, .pending, .outOfOrder:
      let required = Set(replacements.filter(\.isRequired).map(\.version))
      let isWhole = required.allSatisfy { version in
        replacements.contains {
          $0.version == version && $0.checksum == rows[version]?.checksum
        }
      }
      if isWhole {
        whole.append(entry.version)
        folded += others
      } else if entry.applied == nil, !others.isEmpty {
        partial[entry.version] = PartialReplacement(
          count: required.count, applied: others.compactMap { rows[$0] })
      }
    case .missing, .replaced, .partial: break
    }
  }
}
