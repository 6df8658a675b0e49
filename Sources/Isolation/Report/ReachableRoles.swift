internal import Postgres

/// What is said about roles that are probed because a named one can become them.
enum ReachableRoles {
  /// The findings without those of a reachable role that a named role has as well, and with the way
  /// to the role in the others.
  static func explained(_ findings: [Finding], actors: [Actor]) -> [Finding] {
    let reachable = Dictionary(
      uniqueKeysWithValues: actors.filter { !$0.path.isEmpty }.map { ($0.role.name, $0) })
    guard !reachable.isEmpty else { return findings }
    func subject(_ finding: Finding) -> String {
      "\(finding.rule) \(finding.object) \(finding.operation)"
    }
    let known = Set(findings.filter { reachable[$0.role] == nil }.map(subject))
    return findings.compactMap { finding in
      guard let actor = reachable[finding.role] else { return finding }
      guard !known.contains(subject(finding)) else { return nil }
      var finding = finding
      let between = actor.path.dropFirst().dropLast()
      let way = between.isEmpty ? "" : " through \(between.joined(separator: ", "))"
      finding.evidence +=
        " (\(actor.path.first ?? "") may SET ROLE \(actor.role.name)\(way))"
      finding.reproduce = script(finding.reproduce, actor)
      return finding
    }
  }

  /// The script with the role taken on as the application takes it on: from its own.
  static func script(_ script: String, _ actor: Actor) -> String {
    guard let named = actor.path.first else { return script }
    let taking = "SET LOCAL ROLE \(SQLNames.of(actor.role));"
    return script.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      switch line {
      case taking[...]: ["SET LOCAL SESSION AUTHORIZATION \(SQLNames.of(named));", taking]
      case "RESET ROLE;": ["SET LOCAL SESSION AUTHORIZATION DEFAULT;", "RESET ROLE;"]
      default: [String(line)]
      }
    }.joined(separator: "\n")
  }
}
