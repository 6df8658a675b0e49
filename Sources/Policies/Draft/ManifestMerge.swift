/// Brings a manifest that people have written in up to date with the tables there are.
///
/// What stands in the file stays, to the letter: lines are added for new tables, and those of
/// tables that are gone become comments.
package struct ManifestMerge: Sendable, Equatable {
  /// The file with what was added and marked.
  package private(set) var text: String
  /// Tables that got a line.
  package private(set) var added: [DraftEntry] = []
  /// Tables that are gone, whose lines became comments.
  package private(set) var vanished: [String] = []

  /// True when the file is as it was.
  package var isUnchanged: Bool { added.isEmpty && vanished.isEmpty }

  /// Merges `draft` into the manifest in `text`.
  ///
  /// - Parameter manifest: The manifest that `text` holds.
  /// - Throws: `PolicyError` when lines cannot be added without harm, since tables do not stand on
  ///   lines of their own.
  package init(
    _ text: String, _ manifest: PolicyManifest, draft: ManifestDraft
  ) throws(PolicyError) {
    self.text = text
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    added = draft.entries.filter { entry in
      // Where every table has a line, a new one gets its own; elsewhere only what is left open.
      if !draft.isPayload, draft.open?.contains(entry.table) == false { return false }
      return !manifest.rules.contains { rule in
        rule.isName
          ? manifest.shortName(rule.pattern) == entry.table
          : rule.covers(
            schema: manifest.schemas.first ?? "public", name: entry.table,
            firstSchema: manifest.schemas.first)
      }
    }
    // From the end, so that the numbers of lines before stay right.
    let starts = manifest.rules.map(\.line).sorted()
    let end = Self.end(ofTables: lines, after: starts.last)
    if !added.isEmpty {
      let indent = starts.first.map { String(lines[$0 - 1].prefix { $0 == " " }) } ?? "  "
      var new = added.flatMap { $0.lines(indent: indent) }
      if starts.isEmpty, !lines.contains(where: { $0.hasPrefix("tables:") }) {
        new.insert("tables:", at: 0)
      }
      lines.insert(contentsOf: new, at: end)
    }
    for rule in manifest.rules.reversed()
    where rule.isName && !draft.tables.contains(manifest.shortName(rule.pattern)) {
      vanished.insert(rule.pattern, at: 0)
      let next = starts.first { $0 > rule.line } ?? end + 1
      for index in (rule.line - 1)..<min(next - 1, lines.count)
      where !lines[index].trimmed.isEmpty && !lines[index].trimmed.hasPrefix("#") {
        lines[index] = "# gone: " + lines[index]
      }
    }
    guard !isUnchanged else { return }
    self.text = lines.joined(separator: "\n") + "\n"
    try requireWhole(manifest)
  }

  /// Reads what came out: every line that was there and is not gone, and every new one.
  private func requireWhole(_ manifest: PolicyManifest) throws(PolicyError) {
    let defaults = ManifestDefaults(roles: manifest.roles.bound)
    let merged = try? ManifestReader.read(text, path: manifest.path, defaults: defaults)
    let wanted =
      manifest.rules.map(\.pattern).filter { !vanished.contains($0) } + added.map(\.table)
    guard merged?.rules.map(\.pattern) == wanted else {
      throw PolicyError(
        .manifest, "lines for tables cannot be added to this file", file: manifest.path,
        remedy: "Nothing was written. Put each table under tables: on a line of its own, then run "
          + "init again.")
    }
  }

  /// The number of lines up to the end of `tables:`.
  private static func end(ofTables lines: [String], after last: Int?) -> Int {
    guard let start = last ?? lines.firstIndex(where: { $0.hasPrefix("tables:") }).map({ $0 + 1 })
    else { return lines.count }
    var end = start
    for (index, line) in lines.enumerated().dropFirst(start) {
      if line.trimmed.isEmpty || line.trimmed.hasPrefix("#") { continue }
      guard line.hasPrefix(" ") else { break }
      end = index + 1
    }
    return end
  }
}

extension String {
  fileprivate var trimmed: Substring { drop { $0 == " " } }
}
