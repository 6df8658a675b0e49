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
    report(LintBook.families.flatMap { $0.flaws(whenAllIsRead: scene) })
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
    scene.isPolicyFile = source.kind == .policies
    if let timeout = script.directives.lockTimeout,
      let flaw = TableRules.flaw(ofLockTimeout: timeout)
    {
      report([LateFlaw(flaw: flaw, origin: .init(source: index, offset: 0))])
    }
    for (flaw, statement) in FileRules.flaws(inTransactionsOf: script) {
      report(flaw, statement, index)
    }
    for statement in script.statements { read(statement, index) }
    report(LintBook.families.flatMap { $0.flaws(atEndOf: scene) })
  }

  private mutating func read(_ statement: Statement, _ index: Int) {
    if isJudged(sources[index]) { statements += 1 }
    guard !Self.isBulkInsert(statement.text) else { return }
    for flaw in NamingRules.longNames(in: statement.text) { report(flaw, statement, index) }
    // What does not parse alone cannot have come this far; a statement without a tree is skipped.
    guard let node = try? SyntaxTree.statements(of: statement.text).first else { return }
    scene.origin = .init(source: index, offset: statement.utf8Offset)
    scene.model.note(codeOf: statement.text)
    for change in SchemaChangeReader.changes(of: node) {
      for family in LintBook.families {
        for flaw in family.flaws(in: change, scene) { report(flaw, statement, index) }
      }
      // Before the model forgets what is dropped.
      scene.follow(change, line: statement.location.line)
      scene.model.apply(change, at: scene.origin)
    }
  }

  /// True for an INSERT of so many rows that to read its tokens and tree takes seconds: no rule is about values.
  private static func isBulkInsert(_ text: String) -> Bool {
    text.utf8.count > 65_536 && text.prefix(6).lowercased() == "insert"
  }

  /// Marks what a file allows itself, and reports allowances that are wrong or not needed.
  private mutating func allow(_ index: Int) {
    guard isJudged(sources[index]), case .success(let script) = sources[index].script else {
      return
    }
    for allowance in script.directives.allowances {
      let location = SourceLocation(line: allowance.line, column: 1)
      guard LintBook.rule(named: allowance.rule) != nil else {
        add(
          FileRules.unknownAllowance, allowance.rule, "there is no rule \"\(allowance.rule)\"",
          NearNames.advice(
            for: allowance.rule, among: LintBook.all.map(\.name),
            otherwise: "dbtool lint --explain list shows all rules"), location, index)
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

  private mutating func report(_ flaws: [LateFlaw]) {
    for (index, flaws) in Dictionary(grouping: flaws, by: \.origin.source) {
      guard case .success(let script) = sources[index].script else { continue }
      var lines = LineIndex(script.text)
      for late in flaws.sorted(by: { $0.origin.offset < $1.origin.offset }) {
        add(
          late.flaw.rule, late.flaw.object, late.flaw.message, late.flaw.remedy,
          lines.location(of: late.origin.offset), index)
      }
    }
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
