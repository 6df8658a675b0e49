import Reports

extension CheckReport {
  /// A report that has something in each of its parts.
  static let sample = sample(tables: 4, findings: 3)

  /// One in which every text is hostile: quotes, markup, line breaks, marks that turn the direction of
  /// writing, control characters, what templates and workflow commands would take for theirs.
  static let hostile: CheckReport = {
    var report = sample(
      tables: 4, findings: 6,
      naming: {
        "\($0)\"'`<script>alert(1)</script>&amp;]]>\n::error::x\r\n\u{202E}\u{0}\u{1B}[2J{{x}}|*_#%0A"
      })
    report.project = "<script>alert('p')</script>\"]]>"
    return report
  }()

  /// A report of this size.
  ///
  /// - Parameter naming: What becomes of each name in it.
  static func sample(
    tables: Int, findings: Int, naming: (String) -> String = { $0 }
  ) -> CheckReport {
    var report = CheckReport(
      tool: Tool(version: "0.1.0"), command: "gate", project: "hotel", verdict: .failed,
      exitCode: 1, startedAt: "2026-11-18T09:30:00Z", durationMs: 4_321)
    report.commit = "0123456789abcdef0123456789abcdef01234567"
    report.database = "ephemeral:"
    report.target = naming("db.example.com/hotel")
    report.stages = [
      Stage(
        name: "lint", title: "Judge the files", outcome: .passed, durationMs: 12,
        summary: naming("nothing found, 43 statements in 9 files")),
      Stage(
        name: "migrate-up", title: "Apply the migrations", outcome: .passed, durationMs: 230,
        summary: naming("8 migrations applied")),
      Stage(
        name: "verify-rls", title: "Try to reach other tenants", outcome: .failed,
        durationMs: 1_900, summary: naming("\(findings) holes")),
      Stage(
        name: "drift", title: "Compare with the target", outcome: .error, durationMs: 40,
        summary: "could not connect", error: naming("could not connect to server\nis it running?")),
      Stage(name: "pending", title: "What the target lacks", outcome: .skipped),
    ]
    report.findings = (0..<findings).map { finding($0, tables, naming) }
    report.rules = [
      Rule(
        name: "using-true", title: naming("a policy lets everybody in"),
        explanation: naming("USING (true) is true of every row.\n\nCompare the tenant column."),
        link: "https://www.postgresql.org/docs/current/sql-createpolicy.html")
    ]
    report.isolation = isolation(tables, naming)
    report.migrations = (1...3).map { migration($0, naming) }
    report.change = Change(
      since: naming("origin/main"), commit: "fedcba9876543210fedcba9876543210fedcba98",
      files: [naming("migrations/20251105120000_rooms.up.sql")],
      effects: [
        .init(
          object: naming("public.rooms"), effect: "loosens",
          changes: [naming("policy rooms_all is dropped")])
      ])
    report.runs = (0..<12).map { number in
      Run(
        id: "00000000-0000-4000-8000-00000000000\(number % 10)", command: "gate",
        startedAt: "2026-11-\(number < 9 ? "0" : "")\(number + 1)T08:00:00Z",
        durationMs: 3_000 + number * 137, result: number == 4 ? "found" : "good",
        commit: "0123456789abcdef", by: naming("ci@runner"), counts: ["probes": 400 + number])
    }
    return report
  }

  private static func finding(
    _ number: Int, _ tables: Int, _ naming: (String) -> String
  ) -> Finding {
    let severity = Finding.Severity.allCases[number % 3]
    var finding = Finding(
      id: String(repeating: "0", count: 12) + String(4_096 + number, radix: 16),
      stage: "verify-rls", rule: "using-true", severity: severity,
      effect: severity == .error ? .fails : .none,
      object: naming("public.t\(number % max(tables, 1))"), operation: "select",
      role: naming("app_user"),
      message: naming("policy all_rows lets every tenant read"),
      evidence: naming("1 row of tenant B seen by tenant A"),
      reproduce: naming("BEGIN;\nSELECT * FROM public.t\(number);\nROLLBACK;"),
      fix: naming("DROP POLICY all_rows ON public.t\(number);"),
      location: Location(file: naming("policies/010_\(number % 7).sql"), line: number % 40 + 1))
    if number % 4 == 3 {
      finding.accepted = Acceptance(
        by: .baseline, reason: naming("known since the first run"), until: "2027-01-01")
    }
    return finding
  }

  private static func isolation(_ count: Int, _ naming: (String) -> String) -> Isolation {
    var isolation = Isolation()
    isolation.roles = [naming("app_user")]
    isolation.reachable = [.init(role: naming("reporting"), through: ["app_user", "reporting"])]
    isolation.probes = 412
    isolation.tables = (0..<count).map { number in
      let kinds = ["root", "column", "parent", "global"]
      let verdicts = Isolation.Verdict.allCases
      var table = Isolation.Table(
        name: naming("public.t\(number)"), tenancy: number == 0 ? "root" : kinds[number % 4],
        operations: [
          "select": verdicts[number % 5], "insert": .isolated, "update": .isolated,
          "delete": .notGranted,
        ])
      table.columns = [naming("tenant_id")]
      table.parent = number == 0 ? nil : naming("public.t\((number - 1) / 2)")
      table.operationsByRole = [naming("reporting"): table.operations]
      table.probes = Isolation.operations.map { operation in
        Isolation.Probe(
          operation: operation, role: naming("app_user"),
          attempt: naming("as tenant A, \(operation) rows of tenant B"),
          outcome: naming("no row reached"), isGood: true, count: 2)
      }
      return table
    }
    isolation.coverage = [
      .init(kind: "tables", probed: count, notProbed: 0),
      .init(kind: "views", probed: 2, notProbed: 1),
    ]
    isolation.gaps = [
      .init(
        kind: "view", object: naming("public.totals"), reason: naming("its rows have no key"),
        isOpen: true)
    ]
    isolation.mutants = Isolation.Mutants(
      made: 36, killed: 35,
      list: [
        .init(
          object: naming("public.t1"), operator: "using-true",
          mutation: naming("USING becomes true"), fate: .survived,
          sql: naming("ALTER POLICY p ON public.t1 USING (true);"), reason: nil),
        .init(
          object: naming("public.t1"), operator: "no-force",
          mutation: naming("FORCE is taken away"),
          fate: .killed, reason: "using-true"),
      ])
    return isolation
  }

  private static func migration(_ number: Int, _ naming: (String) -> String) -> Migration {
    var migration = Migration(
      version: 20_251_105_120_000 + Int64(number), name: naming("step_\(number)"),
      file: naming("migrations/2025110512000\(number)_step_\(number).up.sql"), isNew: number == 3)
    migration.isPending = number == 3
    migration.durationMs = 12 * number
    migration.down = number == 2 ? "forgets" : "good"
    migration.locks = [
      Lock(
        object: naming("public.t1"), mode: "ACCESS EXCLUSIVE", blocks: .reads,
        statement: naming("ALTER TABLE public.t1 ADD COLUMN c text"), rewrites: number == 2)
    ]
    return migration
  }
}
