import Isolation
import Testing

@Suite("Coverage")
struct CoverageTests {
  @Test("of a clean schema everything is covered but what nobody may use")
  func clean() throws {
    try PlantedSchema.with { schema in
      let report = try schema.verify()
      let coverage = report.coverage
      #expect(coverage.isComplete, "\(coverage.gaps)")
      // Five of tenants and a shared one, and two partitions that are not granted.
      #expect(coverage.tables == .init(probed: 6, notProbed: 2))
      #expect(coverage.operations == .init(probed: 20, notProbed: 0))
      #expect(coverage.roles == .init(probed: 1, notProbed: 0))
      #expect(coverage.branches.probed >= 10 && coverage.branches.notProbed == 0)
      #expect(coverage.gaps.map(\.object) == ["public.events_2026", "public.events_rest"])
      #expect(coverage.gaps.allSatisfy { $0.reason.contains("granted") })
    }
  }

  @Test(
    "what was not probed is told with its reason",
    arguments: [
      (
        "ALTER TABLE rooms ADD CHECK (md5(number) = 'no digest at all')", "public.rooms",
        "no operation", true
      ),
      ("REVOKE ALL ON notes FROM app_user", "public.notes", "granted", false),
      (
        "CREATE VIEW broken AS SELECT 1 / (SELECT 0 FROM rooms LIMIT 1) AS x;"
          + " GRANT SELECT ON broken TO app_user", "public.broken", "division by zero", true
      ),
      ("CREATE VIEW hidden AS SELECT 1 AS x", "public.hidden", "granted", false),
      (
        """
        CREATE FUNCTION picky(x int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
          SET search_path = pg_catalog, public, pg_temp
          AS $$ BEGIN RAISE EXCEPTION 'never'; END $$
        """, "public.picky", "never", true
      ),
      (
        """
        CREATE FUNCTION closed() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
        REVOKE EXECUTE ON FUNCTION closed() FROM PUBLIC
        """, "public.closed", "granted", false
      ),
      (
        """
        CREATE FUNCTION fails(uuid) RETURNS boolean LANGUAGE plpgsql STABLE
          AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
        CREATE POLICY odd ON rooms FOR DELETE USING (fails(id))
        """, "public.rooms, existing rows", "not today", true
      ),
      (
        """
        ALTER TABLE amenities ENABLE ROW LEVEL SECURITY;
        CREATE POLICY odd ON amenities USING (code <> current_user)
        """, "public.amenities, policy odd", "not probed", true
      ),
    ])
  func gaps(sql: String, object: String, reason: String, isOpen: Bool) throws {
    try PlantedSchema.with(hole: sql) { schema in
      let report = try schema.verify()
      let gap = try #require(
        report.coverage.gaps.first { $0.object.hasPrefix(object) && $0.reason.contains(reason) },
        "\(report.coverage.gaps)")
      #expect(gap.isOpen == isOpen)
      #expect(report.coverage.isComplete == !isOpen, "\(report.coverage.gaps)")
    }
  }
}
