/// What tells findings from each other, for formats that take two of the same for one.
struct Fingerprints: Sendable {
  private var counts: [String: Int] = [:]

  /// The finding's own name, with a number behind it when it was given out before.
  mutating func next(_ finding: CheckReport.Finding) -> String {
    let id = LegalText.line(finding.id, atMost: 100)
    counts[id, default: 0] += 1
    let count = counts[id] ?? 1
    return count == 1 ? id : "\(id)-\(count)"
  }
}
