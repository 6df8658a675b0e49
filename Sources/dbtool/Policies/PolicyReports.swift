import Policies
import Reports
import Wording

/// How plans of policies are shown to people.
enum PolicyReports {
  /// What would be done, or what differs; and whether `policies apply` would ask first.
  static func plan(_ plan: PolicyPlan, asks: Bool) -> Report {
    var report = Report()
    let touchesFiles = !plan.filesToApply.isEmpty || !plan.removed.isEmpty
    if plan.isEmpty {
      let governed = plan.difference.map { ", \(Plural.count($0.governedCount, "table")) governed" }
      report.line("policies: nothing to do\(governed ?? "")", .good)
    }
    if touchesFiles {
      for line in plan.description.split(separator: "\n") { report.line(String(line)) }
    }
    for drift in plan.drift {
      report.line("changed by hand  \(drift.object)", .bad)
      report.line("    applied  \(drift.applied.onOneLine)", .faint)
      report.line("    now      \((drift.now ?? "gone").onOneLine)", .faint)
    }
    guard let difference = plan.difference else { return report }
    if touchesFiles, !difference.objects.isEmpty { report.space() }
    add(difference.objects, to: &report)
    addUndecided(difference, to: &report)
    addIndexes(difference, to: &report)
    if !difference.objects.isEmpty {
      report.space()
      report.sections.append(.line(summary(difference, asks: asks)))
    }
    return report
  }

  /// The objects, of those that change in the same way only the first one in full.
  private static func add(_ objects: [ObjectChange], to report: inout Report) {
    var groups: [(first: ObjectChange, others: [String])] = []
    var places: [String: Int] = [:]
    for object in objects {
      let place = places[object.likeness, default: groups.count]
      if place < groups.count {
        groups[place].others.append(object.object)
      } else {
        places[object.likeness] = place
        groups.append((object, []))
      }
    }
    for group in groups { add(group.first, group.others, to: &report) }
  }

  private static func add(
    _ object: ObjectChange, _ others: [String], to report: inout Report
  ) {
    let meaning: Text.Meaning =
      switch object.effect {
      case .equal: .plain
      case .tightens: .good
      case .loosens: .bad
      case .unclear: object.isNeverLooser ? .plain : .doubtful
      }
    let note =
      object.effect == .unclear && object.isNeverLooser ? " (but lets nothing more through)" : ""
    report.line("\(object.object)  \(object.effect.rawValue)\(note)", meaning)
    if !others.isEmpty {
      let shown = others.prefix(3).joined(separator: ", ")
      let more = others.count > 3 ? " and \(others.count - 3) more" : ""
      report.line("  and in the same way \(shown)\(more)", meaning)
    }
    for change in object.changes {
      report.line("  " + line(change))
      guard change.kind == .alter || change.kind == .replace else { continue }
      report.line("      was\((change.before ?? "").onOneLine)", .faint)
      report.line("      now\((change.after ?? "").onOneLine)", .faint)
    }
  }

  /// One change on one line.
  static func line(_ change: PolicyChange) -> String {
    switch change.kind {
    case .enable, .force: "~ \(change.kind.rawValue)"
    case .create: "+ policy \(change.subject)\((change.after ?? "").onOneLine)"
    case .drop: "- policy \(change.subject)\((change.before ?? "").onOneLine)"
    case .alter, .replace: "~ policy \(change.subject)"
    case .rename: "~ policy \(change.before ?? "") is renamed to \(change.subject)"
    case .grant: "+ grant \(change.subject)"
    case .revoke: "- revoke \(change.subject)"
    case .viewOption, .searchPath:
      "~ \(change.subject): \(change.before ?? "none") → \(change.after ?? "none")"
    }
  }

  private static func addUndecided(_ difference: PolicyDifference, to report: inout Report) {
    guard !difference.undecided.isEmpty else { return }
    report.space()
    report.line(
      "undecided: \(Plural.count(difference.undecided.count, "table"))",
      difference.toleratesUndecided ? .doubtful : .bad)
    for question in difference.undecided {
      report.line("  \(question.table): \(question.question)")
    }
  }

  private static func addIndexes(_ difference: PolicyDifference, to report: inout Report) {
    guard !difference.missingIndexes.isEmpty else { return }
    report.space()
    report.line("indexes that these policies want, for a migration without a transaction:", .faint)
    for statement in difference.missingIndexes.prefix(10) {
      report.line("  \(statement);", .faint)
    }
    let rest = difference.missingIndexes.count - 10
    if rest > 0 { report.line("  and \(rest) more: --format json lists all", .faint) }
  }

  private static func summary(_ difference: PolicyDifference, asks: Bool) -> Text {
    let asking = difference.needingConsent.count
    let count = Plural.count(difference.objects.count, "object")
    return asking == 0
      ? Text("\(count) to change, nothing lets more through", .good)
      : Text(
        "\(count) to change; \(asking) may let more through" + (asks ? ": apply asks first" : ""),
        .doubtful)
  }

  /// The SQL of a plan, as a script.
  static func script(_ plan: PolicyPlan) -> String {
    guard let difference = plan.difference, !difference.objects.isEmpty else { return "" }
    var lines = ["BEGIN;"]
    for object in difference.objects {
      lines += ["", "-- \(object.object): \(object.effect.rawValue)"]
      lines += object.statements.map { $0 + ";" }
    }
    return (lines + ["", "COMMIT;"]).joined(separator: "\n") + "\n"
  }

  /// What was done.
  static func done(_ done: PolicyReport, _ plan: PolicyPlan, isVerified: Bool) -> Report {
    var report = Report()
    if !done.applied.isEmpty || plan.manifest == nil {
      report.line(
        "policies: \(done.applied.count) files applied, \(done.statementCount) statements", .good)
    }
    guard plan.manifest != nil else { return report }
    add(done.changed, to: &report)
    let milliseconds = Int(done.lockedFor / .milliseconds(1))
    let proof =
      isVerified && done.changed.contains(where: \.isRelation)
      ? ", tenants tried and kept apart" : ""
    report.line(
      "policies: \(Plural.count(done.changed.count, "object")) changed\(proof), "
        + "locked for \(milliseconds) ms", .good)
    return report
  }
}

extension ObjectChange {
  /// The same text for all objects that change in the same way.
  fileprivate var likeness: String {
    "\(effect) \(isNeverLooser) "
      + changes.map { "\([$0.kind.rawValue, $0.subject, $0.before, $0.after])" }.joined()
  }
}

extension String {
  /// The text with each run of white space as one blank; the server breaks lines in subqueries.
  fileprivate var onOneLine: String {
    let words = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return (first?.isWhitespace == true ? " " : "") + words
  }
}
