import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Performance under policies")
struct PerformanceTests {
  private static var options: IsolationOptions {
    var options = IsolationOptions(roles: ["app_user"])
    options.measuresPerformance = true
    return options
  }

  private func slow(_ report: IsolationReport) -> [Finding] {
    report.findings.filter { RuleBook.performanceRules.contains($0.rule) }
  }

  @Test(
    "a slow policy is found, shown by its script, and mended by its fix; its twin is not",
    arguments: SlowPolicy.ofIndexes + SlowPolicy.ofCalls + SlowPolicy.ofSubqueries)
  func found(_ example: SlowPolicy) throws {
    try PlantedSchema.with(hole: example.schema + example.slow) { schema in
      let before = try schema.fingerprint()
      let report = try schema.verify(Self.options)
      func isIt(_ finding: Finding) -> Bool {
        finding.rule == example.rule && finding.object == example.object
      }
      let finding = try #require(
        report.findings.first(where: isIt), "\(report.summary) \(report.coverage.gaps)")
      #expect(finding.severity == .info && finding.operation == example.operation)
      FindingChecks.text(of: finding)
      let (lines, errors) = try Psql.paste(finding.reproduce, on: schema.database)
      #expect(errors.isEmpty, "\(errors)\n\(finding.reproduce)")
      #expect(lines.filter { $0.contains("Execution Time") || $0.contains("cost=") }.count >= 2)
      #expect(try schema.fingerprint() == before, "something was left behind")
      _ = try Psql.lines(finding.fix, on: schema.database, stopsAtError: true)
      let after = try schema.verify(Self.options)
      #expect(!after.findings.contains(where: isIt), "\(finding.fix)\n\(slow(after))")
      #expect(after.verdict == report.verdict)
    }
    try PlantedSchema.with(hole: example.schema + example.fast) { schema in
      let report = try schema.verify(Self.options)
      let same = report.findings.first { $0.rule == example.rule && $0.object == example.object }
      #expect(same == nil, "\(same.map(\.evidence) ?? "")")
      #expect(report.coverage.gaps.allSatisfy { $0.kind != .performance }, "\(report.coverage)")
      #expect(report.performance?.tables ?? 0 >= 5)
    }
  }

  @Test("a good schema has only what is true of it, and without the option nothing is said")
  func clean() throws {
    try PlantedSchema.with(hole: "CREATE INDEX ON events (tenant_id)") { schema in
      let report = try schema.verify(Self.options)
      #expect(report.summary == [])
      #expect(report.verdict == .isolated)
      #expect(report.performance?.tables == 5)
      #expect(report.coverage.gaps.allSatisfy { $0.kind != .performance }, "\(report.coverage)")
      #expect(try schema.verify().performance == nil)
    }
  }

  @Test("neither rows nor the planner's estimates stay")
  func nothingLeft() throws {
    try PlantedSchema.with { schema in
      // Autovacuum may come by meanwhile, and then finds the few rows of two tenants.
      let look = """
        SELECT string_agg(concat_ws(' ', relname, pg_relation_filenode(oid),
          reltuples > 100, relpages > 10), ',' ORDER BY oid)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        """
      let before = try schema.admin.execute(look).scalar
      let report = try schema.verify(Self.options)
      #expect(slow(report).map(\.object) == ["public.events"])
      #expect(try schema.admin.execute(look).scalar == before)
    }
  }

  @Test("a table of which no volume can be made is named, with the reason")
  func noVolume() throws {
    let hole = """
      CREATE TYPE kind AS ENUM ('a', 'b', 'c');
      CREATE TABLE kinds (tenant_id uuid NOT NULL REFERENCES tenants, kind kind PRIMARY KEY);
      \(PlantedSchema.protect("kinds"))
      CREATE TABLE digests (tenant_id uuid NOT NULL REFERENCES tenants,
        code int PRIMARY KEY CHECK (code BETWEEN 1 AND 40));
      \(PlantedSchema.protect("digests"))
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify(Self.options)
      for name in ["public.kinds", "public.digests"] {
        let gap = report.coverage.gaps.first { $0.kind == .performance && $0.object == name }
        #expect(
          gap?.reason.contains("rows in volume could not be made") == true,
          "\(name) \(report.coverage.gaps)")
      }
      #expect(report.performance?.tables == 5)
    }
  }

  @Test("tables with rules, and keys that exclude overlaps, are filled as well")
  func rulesAndRanges() throws {
    let hole = """
      CREATE EXTENSION btree_gist;
      CREATE TABLE closings (tenant_id uuid NOT NULL REFERENCES tenants, days daterange NOT NULL,
        EXCLUDE USING gist (tenant_id WITH =, days WITH &&));
      \(PlantedSchema.protect("closings"))
      CREATE RULE kept AS ON UPDATE TO rooms DO ALSO NOTHING;
      CREATE INDEX ON events (tenant_id)
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify(Self.options)
      #expect(report.coverage.gaps.allSatisfy { $0.kind != .performance }, "\(report.coverage)")
      #expect(report.performance?.tables == 6)
      #expect(slow(report).allSatisfy { $0.object == "public.closings" }, "\(slow(report))")
    }
  }

  @Test("ids of tenants that are numbers or texts, and keys with a form, are made in volume")
  func otherTypes() throws {
    let own = PlantedSchema.own(type: "int")
    let hole = """
      CREATE TABLE orgs (id int PRIMARY KEY);
      CREATE TABLE cards (tenant_id int NOT NULL REFERENCES orgs, id bigserial PRIMARY KEY,
        code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{2}-[A-Z]{5,8}$'),
        mail text NOT NULL CHECK (mail ~ '^[^@]+@[^@]+$'), UNIQUE (tenant_id, mail),
        place smallint NOT NULL CHECK (place BETWEEN 1 AND 90), UNIQUE (tenant_id, place));
      \(PlantedSchema.protect("orgs", PlantedSchema.own("id", type: "int")))
      \(PlantedSchema.protect("cards", own))
      """
    try PlantedSchema.with(PlantedSchema.rights, hole: hole) { schema in
      let report = try schema.verify(Self.options)
      #expect(report.coverage.gaps.allSatisfy { $0.kind != .performance }, "\(report.coverage)")
      #expect(report.performance?.tables == 2)
      #expect(slow(report) == [])
    }
  }
}
