import Isolation
import TestSupport
import Testing

@Suite("Whose rows there are, and whose there cannot be")
struct TenantIdTests {
  private static let own = PlantedSchema.own()

  @Test("rows of no tenant may be read by all and changed by none")
  func unowned() throws {
    func schema(update: String, delete: String) -> String {
      """
      ALTER TABLE rooms ALTER COLUMN tenant_id DROP NOT NULL;
      \(PlantedSchema.split(
        "rooms", select: "tenant_id IS NULL OR \(Self.own)", insert: Self.own, update: update,
        updateCheck: Self.own, delete: delete))
      """
    }
    let shared = "tenant_id IS NULL OR \(Self.own)"
    try PlantedSchema.with(hole: schema(update: Self.own, delete: Self.own)) { schema in
      let report = try schema.verify()
      #expect(report.summary == [])
      #expect(report.operations("public.rooms") == .init(all: .isolated))
    }
    try PlantedSchema.with(hole: schema(update: shared, delete: shared)) { schema in
      let report = try schema.verify()
      #expect(
        report.summary == [
          "error foreign-tenant-accepted update public.rooms app_user",
          "error foreign-tenant-accepted delete public.rooms app_user",
        ])
      for finding in report.findings {
        let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
        #expect(lines.last == "1", "\(finding.reproduce)\n\(lines)")
      }
    }
  }

  @Test("an id that stands for nobody is no fallback, one that a tenant may have is")
  func fallback() throws {
    let nobody = "00000000-0000-0000-0000-000000000000"
    func policy(_ id: String) -> String {
      let own = """
        tenant_id = COALESCE(
          NULLIF(current_setting('app.current_tenant_id', true), ''), '\(id)')::uuid
        """
      return PlantedSchema.split(
        "rooms", select: own, insert: own, update: own, updateCheck: own, delete: own)
    }
    try PlantedSchema.with(hole: policy(nobody)) { schema in
      #expect(try schema.verify().summary == [])
      try schema.run("INSERT INTO tenants VALUES ('\(nobody)', 'somebody after all')")
      #expect(
        try schema.verify().summary.contains("error context-fallback insert public.rooms app_user"))
    }
    try PlantedSchema.with(hole: policy("7b1d2f64-52a0-4f0e-9d0c-3c6f1f2b9a11")) { schema in
      let summary = try schema.verify().summary
      #expect(summary.contains("error context-fallback insert public.rooms app_user"))
    }
  }

  @Test("partitions that are made for tenants")
  func partitions() throws {
    let hole = """
      CREATE TABLE logs (tenant_id uuid NOT NULL REFERENCES tenants, line text NOT NULL)
        PARTITION BY LIST (tenant_id);
      CREATE TABLE logs_north PARTITION OF logs
        FOR VALUES IN ('7b1d2f64-52a0-4f0e-9d0c-3c6f1f2b9a11');
      CREATE TABLE logs_south PARTITION OF logs
        FOR VALUES IN ('1f0a4bd2-93f3-4a37-8a0e-4d5a7f0f9c22');
      \(PlantedSchema.protect("logs", Self.own))
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.summary == [])
      #expect(report.operations("public.logs") == .init(all: .isolated))
      try schema.run("GRANT SELECT, DELETE ON logs_south TO app_user")
      let open = try schema.verify()
      #expect(
        open.operations("public.logs_south") == .init(.leak, .notGranted, .notGranted, .leak))
      try schema.run(PlantedSchema.protect("logs_south", Self.own))
      #expect(try schema.verify().operations("public.logs_south") == .init(all: .isolated))
    }
  }

  @Test("a generated column leads to what it is computed from")
  func generated() throws {
    let own = "owner = current_setting('app.current_tenant_id', true)"
    let hole = """
      ALTER TABLE rooms ADD settings jsonb NOT NULL DEFAULT '{}',
        ADD owner text GENERATED ALWAYS AS (settings ->> 'tenant') STORED;
      \(PlantedSchema.split(
        "rooms", select: own, insert: Self.own, update: Self.own, updateCheck: Self.own,
        delete: Self.own))
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms")?.select == .leak)
    }
  }
}
