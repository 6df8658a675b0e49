import Isolation
import SQLSyntax
import TestSupport
import Testing

/// What must hold for every finding, whatever rule it is of.
enum FindingChecks {
  /// The script, pasted into psql, shows what the evidence says.
  static func script(of finding: Finding, on database: TestDatabase, _ context: String) throws {
    guard !finding.reproduce.isEmpty else { return }
    let (lines, errors) = try Psql.paste(finding.reproduce, on: database)
    let story = "\(context): \(finding.rule) on \(finding.object): \(finding.evidence)"
    let all: Comment = "\(story)\n\(errors)\n\(lines)\n\(finding.reproduce)"
    for mark in ["only a constraint stopped it: ", "has such a row: ", "by the error: "] {
      guard let range = finding.evidence.firstRange(of: mark) else { continue }
      // The constraint's own words; values in them may differ from run to run.
      let message = finding.evidence[range.upperBound...].prefix(60)
      #expect(errors.contains(message), all)
      return
    }
    #expect(errors.isEmpty, all)
    // A privilege shows by the statement that was let through.
    guard finding.evidence.contains("row") || lines.isEmpty == false else { return }
    guard let last = lines.last else {
      Issue.record("\(all)")
      return
    }
    // Not the very number: rows that were looked for later lie in the script's table as well.
    if finding.evidence.contains(/\brows?\b/), let seen = Int(last) { #expect(seen > 0, all) }
  }

  /// Each finding's script shows it.
  static func shown(
    in report: IsolationReport, of planted: PlantedSchema, _ context: String
  ) throws {
    for finding in report.findings {
      text(of: finding)
      try script(of: finding, on: planted.database, context)
    }
  }

  /// One of the fixes mends its findings, and nothing new comes.
  static func fix(
    _ index: Int, in report: IsolationReport, of planted: PlantedSchema,
    _ options: IsolationOptions, _ context: String
  ) throws {
    let fixes = fixes(in: report)
    guard fixes.indices.contains(index) else { return }
    _ = try Psql.lines(fixes[index].sql, on: planted.database, stopsAtError: true)
    mended(fixes[index], from: report, to: try planted.verify(options), context)
  }

  /// Each finding's script shows it, and all fixes, one after another as somebody runs the file that
  /// dbtool writes, mend them.
  static func all(
    in report: IsolationReport, of planted: PlantedSchema, _ options: IsolationOptions,
    _ context: String
  ) throws {
    try shown(in: report, of: planted, context)
    let fixes = fixes(in: report)
    let script = fixes.map(\.sql).joined(separator: "\n")
    _ = try Psql.lines(script, on: planted.database, stopsAtError: true)
    let after = try planted.verify(options)
    for fix in fixes { mended(fix, from: report, to: after, beside: fixes, context) }
  }

  /// The good schema with `hole`, which is made well, has neither error nor warning.
  static func isSilent(about hole: String) throws {
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated, "\(report.tables.flatMap(\.notes))")
      #expect(report.findings.filter { $0.severity != .info }.isEmpty, "\(report.summary)")
    }
  }

  /// The rule is in the book, and the fix is SQL that PostgreSQL's parser takes.
  static func text(of finding: Finding) {
    #expect(RuleBook.rule(named: finding.rule) != nil, "\(finding.rule) is in no book")
    #expect(!finding.fix.isEmpty, "\(finding)")
    #expect(throws: Never.self, "\(finding.fix)") {
      try SyntaxTree.statements(of: finding.fix)
    }
  }

  /// The fixes that are more than comments, each with the findings that it is for.
  static func fixes(in report: IsolationReport) -> [(sql: String, findings: [Finding])] {
    var fixes: [(sql: String, findings: [Finding])] = []
    // No REVOKE binds a superuser.
    let isUnbound = report.findings.contains { $0.rule == "role-superuser" }
    for finding in report.findings where isSQL(finding.fix) {
      if isUnbound, finding.rule != "role-superuser" { continue }
      if let index = fixes.firstIndex(where: { $0.sql == finding.fix }) {
        fixes[index].findings.append(finding)
      } else {
        fixes.append((finding.fix, [finding]))
      }
    }
    return fixes
  }

  /// After a fix its findings are gone, and nothing else came.
  static func mended(
    _ fix: (sql: String, findings: [Finding]), from before: IsolationReport,
    to after: IsolationReport, beside others: [(sql: String, findings: [Finding])] = [],
    _ context: String
  ) {
    let left = Set(after.summary)
    for finding in fix.findings {
      #expect(
        !left.contains(IsolationReport.summary(of: finding)),
        "\(context): \(finding.rule) on \(finding.object) is still there after\n\(fix.sql)")
    }
    // Nor may the tenant lose what it may do to its own rows, but for memberships, which are given
    // to it.
    let takesMemberships = fix.findings.contains { $0.rule == "self-enrolment" }
    for table in after.tables where !takesMemberships {
      for operation in ProbedOperation.allCases {
        let was = before.operations(table.name)?[operation]
        // Where it leaked, the branch that leaked may have been the only one.
        guard was == .isolated, table.tenancy != "global" else { continue }
        #expect(
          ![.denied, .inconclusive].contains(table.operations[operation]),
          "\(context): \(table.name) \(operation) \(table.operations[operation]) after\n\(fix.sql)")
      }
    }
    let known = Set(before.findings.map { "\($0.rule) \($0.object) \($0.role)" })
    for finding in after.findings where finding.severity != .info {
      // Who was bound by nothing is an ordinary owner afterwards, and what an owner of tables can
      // do anyway is said of the schema and of functions once it owns no table.
      let causes = Set((others + [fix]).flatMap(\.findings).map(\.rule))
      let isWeaker =
        (finding.rule == "owner-can-disable"
          && !causes.isDisjoint(with: ["owner-not-forced", "rls-not-enabled"]))
        || (["schema-owned", "policy-function-owned"].contains(finding.rule)
          && causes.contains("owner-can-disable"))
      #expect(
        isWeaker || known.contains("\(finding.rule) \(finding.object) \(finding.role)"),
        "\(context): \(IsolationReport.summary(of: finding)) came with\n\(fix.sql)")
    }
  }

  private static func isSQL(_ fix: String) -> Bool {
    fix.split(separator: "\n").contains { !$0.hasPrefix("--") }
  }
}
