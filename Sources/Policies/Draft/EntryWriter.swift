internal import SQLSyntax
internal import YAML

/// Writes a rule as lines of YAML.
struct EntryWriter {
  let rule: TableRule

  /// The line; nil when nothing has to be said.
  func entry() -> DraftEntry? {
    if case .undecided(let question)? = rule.isolation {
      return .undecided(rule.pattern, question)
    }
    if case .exempt(let why)? = rule.isolation { return .exempt(rule.pattern, why) }
    var pairs: [(String, String)] = []
    if let (word, value) = isolation { pairs.append((word, value)) }
    if let access = accessText { pairs.append(("access", access)) }
    if !rule.key.isEmpty { pairs.append(("key", YAMLText.list(rule.key))) }
    if !rule.insertColumns.isEmpty { pairs.append(("insert", YAMLText.list(rule.insertColumns))) }
    if !rule.updateColumns.isEmpty { pairs.append(("update", YAMLText.list(rule.updateColumns))) }
    if rule.isShared { pairs.append(("shared", "true")) }
    guard !pairs.isEmpty || !rule.policies.isEmpty else { return nil }
    if rule.policies.isEmpty {
      if pairs.count == 1, pairs[0].0 == "global", pairs[0].1 == "read-only" {
        return DraftEntry(table: rule.pattern, value: .line("global"))
      }
      let line = "{" + pairs.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
      if line.count + rule.pattern.count < 96 {
        return DraftEntry(table: rule.pattern, value: .line(line))
      }
    }
    var lines = pairs.map { "\($0.0): \($0.1)" }
    if !rule.policies.isEmpty {
      lines.append("policies:")
      for policy in rule.policies { lines += self.lines(policy).map { "  " + $0 } }
    }
    return DraftEntry(table: rule.pattern, value: .block(lines))
  }

  private var isolation: (String, String)? {
    switch rule.isolation {
    case nil: nil
    case .root(let column): ("root", column.map { YAMLText.scalar($0) } ?? "~")
    case .column(let column): column.map { ("column", YAMLText.scalar($0)) }
    case .parent(let table): ("parent", YAMLText.scalar(table))
    case .membership(let table): ("membership", YAMLText.scalar(table))
    case .global: ("global", accessWord ?? "read-only")
    case .raw(let reason): ("raw", YAMLText.scalar(reason))
    case .exempt(let reason): ("exempt", YAMLText.scalar(reason))
    case .undecided(let reason): ("undecided", YAMLText.scalar(reason))
    }
  }

  private var accessWord: String? {
    guard let access = rule.access else { return nil }
    switch access {
    case []: return "none"
    case [.select]: return "read-only"
    case [.select, .insert]: return "append-only"
    case Set(TableRule.Command.allCases): return "read-write"
    default:
      return YAMLText.list(
        TableRule.Command.allCases.filter { access.contains($0) }.map(\.rawValue))
    }
  }

  private var accessText: String? {
    if case .global? = rule.isolation { return nil }
    return accessWord
  }

  private func lines(_ policy: RawPolicy) -> [String] {
    var lines = ["\(YAMLText.key(policy.name)):"]
    if !policy.isPermissive { lines.append("  restrictive: true") }
    if policy.command != "ALL" { lines.append("  for: \(policy.command.lowercased())") }
    if !policy.roles.isEmpty { lines.append("  to: \(YAMLText.list(policy.roles))") }
    for (word, text) in [("using", policy.using), ("check", policy.check)] {
      guard let text else { continue }
      guard let folded = Self.folded(text) else {
        lines.append("  \(word): \(YAMLText.scalar(text))")
        continue
      }
      lines.append("  \(word): >-")
      lines += folded.map { "    " + $0 }
    }
    return lines
  }

  /// The lines of an expression, where it means the same when YAML joins them by blanks; nil where
  /// a line ends inside a string.
  private static func folded(_ text: String) -> [String]? {
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      String(line.drop { $0 == " " || $0 == "\t" })
    }.filter { !$0.isEmpty }
    let joined = lines.joined(separator: " ")
    guard !lines.contains(where: { $0.contains("\t") }),
      let one = try? SyntaxTree.expression("(" + text + "\n)"),
      let other = try? SyntaxTree.expression("(" + joined + "\n)"),
      one.withoutLocations == other.withoutLocations
    else { return nil }
    return lines
  }
}
