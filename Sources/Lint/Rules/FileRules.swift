internal import Migrations
internal import SQLSyntax

/// Rules about the file as a whole.
enum FileRules: LintFamily {
  static let rules = [unrunnable, unknownAllowance, unusedAllowance]

  static let unrunnable = LintRule(
    "not-runnable", .error, "dbtool would refuse to run the file",
    why: """
      The SQL does not parse, or the file begins or ends transactions, copies from the client, or \
      holds a statement that PostgreSQL does not run inside a transaction without saying so.
      """,
    insteadOf:
      "CREATE INDEX CONCURRENTLY bookings_arrival_idx ON public.bookings (tenant_id, arrival);",
    use: IndexRules.building.use,
    source: "PostgreSQL manual, section 13.3 and the pages of the commands",
    alsoKnownAs: [
      "squawk syntax-error", "squawk transaction-nesting", "squawk ban-uncommitted-transaction",
      "squawk ban-concurrent-index-creation-in-transaction",
    ])

  static let unknownAllowance = LintRule(
    "unknown-allowance", .error, "allow= names a rule that does not exist",
    why: "A misspelt name allows nothing, and whoever reads the file believes that it does.",
    insteadOf: """
      -- dbtool: allow=drop-tabel reason=unused since release 41
      DROP TABLE public.visits;
      """,
    use: RemovalRules.table.use, source: "dbtool's documentation, docs/lint.md")

  static let unusedAllowance = LintRule(
    "unused-allowance", .warning, "allow= names a rule that the file does not break",
    why: """
      What was allowed has been taken out since, or never was there. Left behind, it silences the \
      next one without anybody having thought of it.
      """,
    insteadOf: """
      -- dbtool: allow=drop-table reason=unused since release 41
      ALTER TABLE public.rooms ADD COLUMN wing text;
      """,
    use: "ALTER TABLE public.rooms ADD COLUMN wing text;",
    source: "dbtool's documentation, docs/lint.md", alsoKnownAs: ["squawk unused-ignore"])

  /// What is wrong about the transactions that a file without one of its own begins and ends.
  static func flaws(inTransactionsOf script: MigrationScript) -> [(LintFlaw, Statement)] {
    guard !script.directives.isTransactional else { return [] }
    var flaws: [(LintFlaw, Statement)] = []
    func add(_ statement: Statement, _ message: String, _ remedy: String) {
      flaws.append((LintFlaw(unrunnable, script.file, message, remedy: remedy), statement))
    }
    var begin: Statement?
    for statement in script.statements {
      switch statement.kind {
      case .begin: begin = begin ?? statement
      case .commit, .rollback: begin = nil
      default:
        guard begin != nil, let lone = LoneStatement(parsing: statement.text), lone != .procedure
        else { continue }
        add(
          statement, "PostgreSQL does not run this statement between BEGIN and COMMIT",
          "move it behind the COMMIT")
      }
    }
    if let begin {
      add(
        begin, "the transaction that begins here is never committed",
        "add COMMIT, or leave BEGIN out")
    }
    return flaws
  }
}
