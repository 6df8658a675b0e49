import Foundation
import Lint
import Migrations
import Postgres
import SQLSyntax
import TestSupport
import Testing

@Suite("The examples of the lint rules")
struct LintExampleTests {
  static let rules = LintBook.all.map(\.name)

  static func rule(_ name: String) throws -> LintRule { try #require(LintBook.rule(named: name)) }

  @Test("every rule finds the SQL that it is against", arguments: rules)
  func findsWhatItIsAgainst(name: String) throws {
    let rule = try Self.rule(name)
    let report = try LintBench.lint([rule.insteadOf])
    #expect(report.open.map(\.rule).contains(name), "\(report.open)")
    #expect(report.open.first { $0.rule == name }?.severity == rule.severity)
  }

  @Test("what a rule tells to use instead breaks neither it nor another one", arguments: rules)
  func useIsClean(name: String) throws {
    let rule = try Self.rule(name)
    let report = try LintBench.lint(Self.migrations(rule.use))
    #expect(report.open.filter { $0.severity != .info } == [])
    #expect(!report.open.map(\.rule).contains(name))
  }

  @Test("what a rule tells to use runs on a server", arguments: rules)
  func useRuns(name: String) throws {
    let rule = try Self.rule(name)
    try TestServer.shared.withDatabase { connection, _ in
      try Self.prepare(connection)
      for migration in Self.migrations(rule.use) {
        let script = try Self.script(migration)
        if script.directives.isTransactional { try connection.execute("BEGIN") }
        for statement in script.statements { try connection.execute(statement.text) }
        if script.directives.isTransactional { try connection.execute("COMMIT") }
      }
    }
  }

  /// Rules that say what PostgreSQL locks, rewrites or reads, which it can be asked.
  static let blocking = [
    "index-without-concurrently", "constraint-without-not-valid", "foreign-key-without-not-valid",
    "not-null-without-check", "unique-without-index", "primary-key-without-index",
    "exclusion-constraint", "volatile-default", "generated-column", "counter-column", "type-change",
    "table-rewrite",
  ]

  @Test("a rule about blocking is right about what the server does", arguments: blocking)
  func blocks(name: String) throws {
    let rule = try Self.rule(name)
    func costs(_ text: String) throws -> [LockTrace.Effect] {
      var effects: [LockTrace.Effect] = []
      try withTemporaryDirectory { folder in
        for (index, migration) in Self.migrations(text).enumerated() {
          try Data(migration.utf8).write(to: URL(filePath: "\(folder)/\(index + 1)_a.up.sql"))
        }
        let plan = try MigrationPlan.up(.load(folder), MigrationLedger())
        try TestServer.shared.withDatabase { connection, _ in
          try Self.prepare(connection)
          let trace = try LockTrace.run(
            plan, onCopy: connection, options: MigrationOptions(toolVersion: "0"))
          effects = trace.entries.flatMap(\.effects)
        }
      }
      // What is read or written while nobody may write.
      return effects.filter {
        ($0.isScanned || $0.isRewritten || !$0.rebuiltIndexes.isEmpty)
          && ($0.lock.map { $0 >= .share } ?? false)
      }
    }
    #expect(try !costs(rule.insteadOf).isEmpty)
    #expect(try costs(rule.use) == [])
  }

  @Test("no rule is without a title, a reason, a source and two examples, and no name twice")
  func areComplete() {
    for rule in LintBook.all {
      #expect(!rule.title.isEmpty && !rule.title.hasSuffix("."), "\(rule.name)")
      #expect(rule.why.hasSuffix("."), "\(rule.name)")
      #expect(!rule.source.isEmpty && !rule.insteadOf.isEmpty && !rule.use.isEmpty)
      #expect(rule.insteadOf != rule.use)
    }
    #expect(Set(Self.rules).count == Self.rules.count)
  }

  static func migrations(_ example: String) -> [String] {
    example.split(separator: LintRule.nextMigration + "\n", omittingEmptySubsequences: true)
      .map(String.init)
  }

  static func script(_ text: String) throws -> MigrationScript {
    try withTemporaryDirectory { folder in
      let file = folder + "/1_a.up.sql"
      try Data(text.utf8).write(to: URL(filePath: file))
      return try MigrationScript.load(file)
    }
  }

  static func prepare(_ connection: some Connection) throws {
    let text = LintBook.examplePreparation
      // Roles belong to the server, which other tests share.
      .replacing("CREATE ROLE app_user;", with: "")
    try connection.execute(
      "DO $$ BEGIN CREATE ROLE app_user; EXCEPTION WHEN others THEN NULL; END $$")
    for statement in try script(text).statements { try connection.execute(statement.text) }
    try connection.execute(
      """
      INSERT INTO public.tenants SELECT gen_random_uuid() FROM generate_series(1, 3)
      """)
    try connection.execute(
      """
      INSERT INTO public.rooms SELECT t.id, n, n::text, 'x', n
      FROM public.tenants t, generate_series(1, 50) n
      """)
    try connection.execute(
      """
      INSERT INTO public.bookings SELECT t.id, gen_random_uuid(), n, '2026-01-01', ''
      FROM public.tenants t, generate_series(1, 50) n
      """)
    try connection.execute(
      "INSERT INTO public.visits SELECT t.id, gen_random_uuid() FROM public.tenants t")
  }
}
