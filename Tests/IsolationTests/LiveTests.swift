import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Beside an application at work")
struct LiveTests {
  private static func options(_ role: String = "app_user") -> IsolationOptions {
    var options = IsolationOptions(roles: [role])
    options.live = LiveLimits()
    return options
  }

  @Test("a clean schema is isolated, and the report says what was not checked")
  func clean() throws {
    try PlantedSchema.with { schema in
      let before = try schema.fingerprint()
      let report = try schema.verify(Self.options())
      #expect(report.verdict == .isolated)
      #expect(report.summary == [])
      for name in ["tenants", "rooms", "bookings", "notes", "events"] {
        let operations = report.operations("public." + name)
        #expect(operations == .init(all: .isolated), "\(name): \(report.notes("public." + name))")
      }
      let live = try #require(report.live)
      #expect(live.lockTimeout == "250ms" && live.isSilent)
      let limits = Set(live.limits.map(\.rule))
      #expect(limits.isSuperset(of: ["definer-function-writes", "matview-exposed"]))
      #expect(try schema.verify().live == nil)
      #expect(try schema.fingerprint() == before)
    }
  }

  @Test(
    "a hole of tables is found without touching a real row, and shown by its script",
    arguments: Hole.ofTables + Hole.ofChildren + Hole.ofContext + Hole.ofConstraints)
  func hole(_ hole: Hole) throws {
    try PlantedSchema.with(hole: hole.sql) { schema in
      let report = try schema.verify(Self.options(hole.role))
      let found = report.findings.first {
        $0.rule == hole.rule && $0.operation == hole.operation && $0.object == hole.object
      }
      let finding = try #require(found, "\(report.summary) \(report.tables)")
      let lines = try Psql.lines(
        finding.reproduce, on: schema.database, stopsAtError: !hole.endsInError)
      if !hole.endsInError { #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(lines)") }
    }
  }

  @Test(
    "another way in is found, or its rule is among those that cannot be",
    arguments: WayIn.throughBranches + WayIn.throughOthers)
  func way(_ way: WayIn) throws {
    try PlantedSchema.with(hole: way.sql) { schema in
      let report = try schema.verify(Self.options())
      let isFound = report.findings.contains { $0.rule == way.rule && $0.object == way.object }
      let isTold = report.live?.limits.contains { $0.rule == way.rule } == true
      #expect(isFound || isTold, "\(report.summary)")
    }
  }

  @Test("a lax policy is found for rows of real tenants, none of which is locked")
  func realRows() throws {
    let hole = """
      \(PlantedSchema.split("rooms", update: "true", updateCheck: "true", delete: "true"));
      INSERT INTO tenants (id, name) VALUES ('77777777-7777-4777-8777-777777777777', 'real');
      INSERT INTO rooms (tenant_id, number)
        SELECT '77777777-7777-4777-8777-777777777777', g::text FROM generate_series(1, 50) g
      """
    try PlantedSchema.with(hole: hole) { schema in
      let places = "SELECT string_agg(ctid::text || xmin::text || xmax::text, ' ') FROM rooms"
      let before = try schema.admin.execute(places).scalar
      let report = try schema.verify(Self.options())
      #expect(report.operations("public.rooms") == .init(.isolated, .isolated, .leak, .leak))
      // A row that was locked or changed, even by who was undone, keeps the mark of it.
      #expect(try schema.admin.execute(places).scalar == before)
      _ = try schema.verify()
      #expect(try schema.admin.execute(places).scalar != before)
    }
  }

  @Test("a materialized view with rows of real tenants is found as it is")
  func materializedView() throws {
    let hole = """
      INSERT INTO tenants (name) VALUES ('real');
      INSERT INTO rooms (tenant_id, number) SELECT id, '1' FROM tenants;
      CREATE MATERIALIZED VIEW stats AS SELECT tenant_id, count(*) FROM rooms GROUP BY 1;
      CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM rooms;
      GRANT SELECT ON stats, totals TO app_user
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify(Self.options())
      #expect(report.summary == ["error matview-exposed select public.stats app_user"])
      let gap = report.coverage.gaps.first { $0.object == "public.totals" }
      #expect(gap?.isOpen == true && gap?.reason.contains("REFRESH") == true)
    }
  }

  @Test("a statement that takes too long, or waits too long, is inconclusive and says why")
  func limits() throws {
    let hole = """
      CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
      BEGIN PERFORM pg_sleep(3); RETURN true; END $$;
      CREATE POLICY slow ON events AS RESTRICTIVE FOR SELECT USING (slow())
      """
    try PlantedSchema.with(hole: hole) { schema in
      var options = Self.options()
      options.live = LiveLimits(lockTimeout: "50ms", statementTimeout: "150ms")
      let report = try schema.verify(options)
      #expect(report.operations("public.events")?.select == .inconclusive)
      #expect(report.notes("public.events").contains("statement timeout"))
      #expect(report.operations("public.rooms") == .init(all: .isolated))

      let other = try schema.database.connect()
      defer { other.close() }
      try other.execute("BEGIN")
      try other.execute("LOCK TABLE rooms IN SHARE MODE")
      let locked = try schema.verify(options)
      #expect(locked.notes("public.rooms").contains("lock timeout"), "\(locked.tables)")
      #expect(locked.operations("public.rooms") == .init(all: .inconclusive))
      #expect(locked.verdict == .inconclusive)
    }
  }

  @Test("triggers with VOLATILE functions are listed, and do not fire for rows put in place")
  func triggers() throws {
    let hole = """
      CREATE SEQUENCE calls;
      GRANT USAGE ON calls TO app_user;
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_user <> 'app_user' THEN PERFORM nextval('calls'); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER note AFTER INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION note()
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify(Self.options())
      #expect(report.live?.triggers == ["public.rooms: note"])
      #expect(report.sequences == [])
      #expect(report.verdict == .isolated)
      #expect(try schema.verify().sequences == ["public.calls"])
    }
  }
}
