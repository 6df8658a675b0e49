import Reports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file of findings that were there when a team began: they are shown, and fail nothing.
struct Baseline: Codable {
  /// A finding that is known.
  struct Entry: Codable {
    /// The finding's name, by which it is found again.
    var id: String
    var stage: String
    var rule: String
    var object: String
    var operation: String?
    var role: String?
    var file: String?
    var message: String
    /// Why it is accepted; for people to write.
    var reason: String?
  }

  static let schema = "dbtool.baseline/1"
  /// The file that is read when none is named.
  static let usualName = "dbtool-baseline.json"

  var schema = Baseline.schema
  var findings: [Entry]

  /// The findings of a report that count, and those that were accepted by an earlier baseline and are still
  /// there.
  init(of report: CheckReport, keeping earlier: Baseline?) {
    let reasons = Dictionary(
      (earlier?.findings ?? []).map { ($0.id, $0.reason) }, uniquingKeysWith: { $1 })
    findings = report.findings.filter { $0.counts || $0.accepted?.by == .baseline }.map {
      Entry(
        id: $0.id, stage: $0.stage, rule: $0.rule, object: $0.object, operation: $0.operation,
        role: $0.role, file: $0.location?.file, message: $0.message, reason: reasons[$0.id] ?? nil)
    }.sorted {
      ($0.stage, $0.rule, $0.object, $0.operation ?? "", $0.id)
        < ($1.stage, $1.rule, $1.object, $1.operation ?? "", $1.id)
    }
  }

  /// Reads a file.
  ///
  /// - Throws: `UsageError`.
  init(file: String) throws {
    let text = try Files.read(file)
    let remedy =
      "bring it back from version control, or remove it: then dbtool gate --write-baseline writes it anew"
    do {
      self = try JSONDecoder().decode(Baseline.self, from: Data(text.utf8))
    } catch {
      throw UsageError("\(file) is not a baseline file of dbtool", remedy: remedy)
    }
    guard schema == Self.schema else {
      throw UsageError(
        "\(file) has the shape \"\(schema)\", and this dbtool reads \(Self.schema)", remedy: remedy)
    }
  }

  /// Marks what is known.
  ///
  /// - Returns: The entries that were not found any more.
  func accept(_ findings: inout [CheckReport.Finding]) -> [Entry] {
    let known = Dictionary(self.findings.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    var seen: Set<String> = []
    for index in findings.indices where findings[index].accepted == nil {
      guard let entry = known[findings[index].id] else { continue }
      seen.insert(entry.id)
      findings[index].accepted = .init(
        by: .baseline, reason: entry.reason ?? "it was there when the baseline was written")
    }
    return self.findings.filter { !seen.contains($0.id) }
  }

  /// The file's text.
  var text: String { JSON.text(self) + "\n" }
}
