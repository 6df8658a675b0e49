internal import Migrations
internal import SQLSyntax
internal import Wording

/// Judges files by the rules, in the order in which they would be run.
package struct Linter {
  private let options: LintOptions
  private let sources: [LintSource]
  private var scene: LintScene
  private var findings: [[LintFinding]]
  private var statements = 0

  /// The findings in `sources`, which must be in the order in which they are run.
  package static func lint(_ sources: [LintSource], _ options: LintOptions) -> LintReport {
    var linter = Linter(sources, options)
    return linter.run()
  }

  private init(_ sources: [LintSource], _ options: LintOptions) {
    self.sources = sources
    self.options = options
    scene = LintScene(options: options)
    findings = Array(repeating: [], count: sources.count)
  }

  private mutating func run() -> LintReport {
    for index in sources.indices { read(index) }
    judgeWhatIsLeft()
    for index in sources.indices { allow(index) }
    let judged = sources.filter { isJudged($0) }
    return LintReport(
      findings: findings.flatMap { found in
        found.sorted {
          ($0.location.line, $0.location.column, $0.rule)
            < ($1.location.line, $1.location.column, $1.rule)
        }
      }, files: judged.count, statements: statements)
  }

  private func isJudged(_ source: LintSource) -> Bool {
    guard source.isJudged else { return false }
    guard case .migration(let version) = source.kind, let first = options.firstVersion else {
      return true
    }
    return version >= first
  }

  private mutating func read(_ index: Int) {
    let source = sources[index]
    let script: MigrationScript
    switch source.script {
    case .success(let loaded): script = loaded
    case .failure(let error):
      report(unrunnable: error, index)
      return
    }
    scene = LintScene(options: options, model: scene.model)
    scene.isTransactional = script.directives.isTransactional
    if let timeout = script.directives.lockTimeout, TableRules.isTooLong(timeout) {
      report(
        LintFlaw(
          TableRules.patience, "lock-timeout",
          "lock-timeout=\(timeout) lets the migration wait for "
            + "a lock, and everybody behind it",
          remedy: "5s is long enough: dbtool tries again"), at: 0, index)
    }
    var created: Set<String> = []
    if !scene.isTransactional { judge(transactionsOf: script, index) }
    for statement in script.statements {
      if isJudged(source) { statements += 1 }
      for flaw in NamingRules.longNames(in: statement.text) { report(flaw, statement, index) }
      // What does not parse alone cannot have come this far; a statement without a tree is skipped.
      guard let node = try? SyntaxTree.statements(of: statement.text).first else { continue }
      judge(alterationOf: node, statement, index)
      scene.model.note(codeOf: statement.text)
      for change in SchemaChangeReader.changes(of: node) {
        for family in LintBook.families {
          for flaw in family.flaws(in: change, scene) { report(flaw, statement, index) }
        }
        if case .createPolicy(let policy) = change { created.insert(policy.table.key) }
        // Before the model forgets what is dropped.
        scene.follow(change, statement)
        scene.model.apply(change, at: .init(source: index, offset: statement.utf8Offset))
      }
    }
    for drop in scene.droppedConstraints where !scene.droppedTables.contains(drop.table.key) {
      report(
        LintFlaw(
          RemovalRules.constraint, "\(drop.table).\(drop.constraint)",
          "nothing in the file replaces the constraint \(drop.constraint) of \(drop.table)",
          remedy: "say why it may go: -- dbtool: allow=\(RemovalRules.constraint.name) reason=…"),
        at: drop.utf8Offset, index)
    }
    for drop in scene.droppedPolicies
    where !created.contains(drop.table.key) && !scene.droppedTables.contains(drop.table.key) {
      // Policy files may clear away what another of them has replaced.
      if source.kind == .policies, scene.model.tables[drop.table.key]?.policies.isEmpty == false {
        continue
      }
      report(
        LintFlaw(
          TenancyRules.droppedPolicy, drop.table.description,
          "the policy \(drop.policy) of \(drop.table) is dropped and none takes its place",
          remedy: "create the new policy in the same file"), at: drop.utf8Offset, index)
    }
  }

  /// Judges the transactions that a file without one of its own begins and ends.
  private mutating func judge(transactionsOf script: MigrationScript, _ index: Int) {
    var begin: Statement?
    for statement in script.statements {
      switch statement.kind {
      case .begin: begin = begin ?? statement
      case .commit, .rollback: begin = nil
      default:
        guard begin != nil, let lone = LoneStatement(parsing: statement.text), lone != .procedure
        else { continue }
        report(
          LintFlaw(
            FileRules.unrunnable, script.file,
            "PostgreSQL does not run this statement between BEGIN and COMMIT",
            remedy: "move it behind the COMMIT"), statement, index)
      }
    }
    guard let begin else { return }
    report(
      LintFlaw(
        FileRules.unrunnable, script.file, "the transaction that begins here is never committed",
        remedy: "add COMMIT, or leave BEGIN out"), begin, index)
  }

  /// Notes that a table is altered once more in one transaction.
  private mutating func judge(
    alterationOf node: SyntaxNode, _ statement: Statement, _ index: Int
  ) {
    guard sources[index].kind != .policies, scene.isTransactional,
      let fields = node["AlterTableStmt"],
      fields["objtype"]?.text == "OBJECT_TABLE",
      let table = QualifiedName(rangeVar: fields["relation"]), scene.isInUse(table)
    else { return }
    scene.alterations[table.key, default: 0] += 1
    guard scene.alterations[table.key] == 2 else { return }
    report(
      LintFlaw(
        TableRules.severalAlterations, table.description,
        "\(table) is altered a second time by the same file",
        remedy: "put the actions into one ALTER TABLE, apart by commas"), statement, index)
  }

  /// Rules that can be judged only when all files have been read.
  private mutating func judgeWhatIsLeft() {
    for table in scene.model.tables.values.sorted(by: { $0.name.key < $1.name.key })
    where scene.isTenantTable(table.name) && !table.isPartition {
      let remedies = [
        table.policies.isEmpty && !scene.model.codeCreatesPolicies
          ? (
            TenancyRules.policy, "no file creates a policy for \(table.name)",
            "add one to the folder of policies"
          ) : nil,
        !table.hasRowSecurity && !scene.model.codeEnablesRowSecurity
          ? (
            TenancyRules.rowSecurity, "no file enables row-level security on \(table.name)",
            "ALTER TABLE \(table.name) ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
          ) : nil,
        table.hasRowSecurity && !table.isForced
          ? (
            TenancyRules.forced, "the owner of \(table.name) passes its policies",
            "ALTER TABLE \(table.name) FORCE ROW LEVEL SECURITY"
          ) : nil,
      ]
      for case let (rule, message, remedy)? in remedies {
        report(
          LintFlaw(rule, table.name.description, message, remedy: remedy), at: table.origin.offset,
          table.origin.source)
      }
    }
    for (constraint, table) in ConstraintRules.missingIndexes(scene.model) {
      guard let origin = constraint.origin else { continue }
      let columns = constraint.columns.joined(separator: ", ")
      let target = constraint.target.map(\.description) ?? "the other table"
      report(
        LintFlaw(
          ConstraintRules.missingIndex,
          constraint.name.map { "\(table.name).\($0)" } ?? table.name.description,
          "no index of \(table.name) begins with (\(columns)), so a DELETE in \(target) reads it all",
          remedy: "create one on (\(columns)), concurrently if the table has rows"),
        at: origin.offset, origin.source)
    }
  }

  /// Marks what a file allows itself, and reports allowances that are wrong or not needed.
  private mutating func allow(_ index: Int) {
    guard isJudged(sources[index]), case .success(let script) = sources[index].script else {
      return
    }
    for allowance in script.directives.allowances {
      let location = SourceLocation(line: allowance.line, column: 1)
      guard LintBook.rule(named: allowance.rule) != nil else {
        let near = NearNames.names(near: allowance.rule, among: LintBook.all.map(\.name))
        add(
          FileRules.unknownAllowance, allowance.rule, "there is no rule \"\(allowance.rule)\"",
          near.isEmpty
            ? "dbtool lint --explain list shows all rules"
            : "did you mean \(near.joined(separator: " or "))?", location, index)
        continue
      }
      var isUsed = false
      for finding in findings[index].indices where findings[index][finding].rule == allowance.rule {
        findings[index][finding].allowedBecause = allowance.reason
        isUsed = true
      }
      if !isUsed, !options.disabled.contains(allowance.rule) {
        add(
          FileRules.unusedAllowance, allowance.rule,
          "the file does not break the rule \(allowance.rule), which it allows itself",
          "remove the line", location, index)
      }
    }
  }

  private mutating func report(unrunnable error: MigrationError, _ index: Int) {
    for error in error.related.isEmpty ? [error] : error.related {
      add(
        FileRules.unrunnable, sources[index].file, error.message,
        error.remedy ?? "correct the file",
        SourceLocation(line: error.line ?? 1, column: error.column ?? 1), index)
    }
  }

  private mutating func report(_ flaw: LintFlaw, _ statement: Statement, _ index: Int) {
    guard case .success(let script) = sources[index].script else { return }
    let location =
      flaw.offset.map { offset in
        let characters = String(decoding: statement.text.utf8.prefix(offset), as: UTF8.self)
        return script.location(ofPosition: characters.unicodeScalars.count + 1, in: statement)
      } ?? statement.location
    add(flaw.rule, flaw.object, flaw.message, flaw.remedy, location, index)
  }

  private mutating func report(_ flaw: LintFlaw, at utf8Offset: Int, _ index: Int) {
    guard case .success(let script) = sources[index].script else { return }
    add(
      flaw.rule, flaw.object, flaw.message, flaw.remedy,
      SourceLocation(utf8Offset: utf8Offset, in: script.text), index)
  }

  private mutating func add(
    _ rule: LintRule, _ object: String, _ message: String, _ remedy: String,
    _ location: SourceLocation, _ index: Int
  ) {
    guard isJudged(sources[index]), !options.disabled.contains(rule.name) else { return }
    let level = options.levels[rule.name] ?? rule.severity
    findings[index].append(
      LintFinding(
        rule: rule.name, severity: level, file: sources[index].file, location: location,
        object: object, message: message, remedy: remedy))
  }
}
