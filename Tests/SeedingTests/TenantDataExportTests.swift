import DatabaseInstrumentation
import Foundation
import Postgres
import Seeding
import TestSupport
import Testing

@Suite("Taking a tenant's rows out")
struct TenantDataExportTests {
  @Test("an empty database with the same schema has the same rows of the tenant afterwards")
  func roundTrip() throws {
    try TenantDataFixture.with { fixture in
      try fixture.client.connection.execute("SET datestyle = 'German'")
      try fixture.client.connection.execute("SET timezone = 'Asia/Tokyo'")
      try fixture.client.connection.execute("SET intervalstyle = 'sql_standard'")
      try fixture.client.connection.execute("SET extra_float_digits = -10")
      let report = try fixture.export()
      #expect(report.tables.first { $0.name == "public.rooms" }?.rows == 3)
      try fixture.loaded { other in
        for table in ["houses", "rooms", "members"] {
          let rows = """
            SELECT string_agg((t.*)::text, '|' ORDER BY (t.*)::text) FROM \(table) t
            WHERE tenant_id = '\(tenantA)'
            """
          let (here, there) = (try fixture.scalar(rows), try other.scalar(rows))
          #expect(here == there && here != nil, "\(table)")
        }
        // What is referred to came along, and nothing else.
        #expect(
          try other.scalar("SELECT string_agg(id::text, ',' ORDER BY id) FROM people") == "1,2,4")
        #expect(
          try other.scalar("SELECT string_agg(code, ',' ORDER BY code) FROM countries") == "EU,IE")
        #expect(try other.scalar("SELECT count(*) FROM notes") == "2")
        #expect(try other.scalar("SELECT count(*) FROM note_lines") == "2")
        #expect(try other.scalar("SELECT count(*) FROM tenants") == "1")
        #expect(try other.scalar("SELECT count(*) FROM rooms WHERE note IS NULL") == "1")
        #expect(try other.scalar("SELECT count(*) FROM rooms WHERE note = ''") == "1")
        // Numbers go on behind those that were loaded.
        let next = try other.scalar("INSERT INTO people (email) VALUES ('new@x.test') RETURNING id")
        #expect(next.flatMap { Int($0) }.map { $0 > 4 } == true)
      }
    }
  }

  @Test("the manifest of an export has every file of rows loaded by the administrator")
  func manifest() throws {
    try TenantDataFixture.with { fixture in
      try fixture.export()
      let directory = try SeedDirectory.load(fixture.folder + "/out")
      let names = directory.files.map(\.name).filter { $0.hasSuffix(".csv") }
      #expect(!names.isEmpty && Set(names) == Set(directory.manifest.files.keys))
      for (name, rule) in directory.manifest.files {
        #expect(rule.isAdministrative)
        let isShared = ["tenants", "people", "countries"].contains { name.contains(".\($0).") }
        #expect(rule.conflict == (isShared ? .skip : .error), "\(name)")
      }
    }
  }

  @Test("rows that came in while the export ran are not in it, wherever they belong")
  func oneMoment() throws {
    try TenantDataFixture.with { fixture in
      let session = try fixture.database.connect()
      defer { session.close() }
      var export = TenantExport(options: fixture.options, manifest: SeedManifest())
      export.overwrites = true
      var isFirst = true
      let report = try export.run(tenantA, to: fixture.folder + "/out", client: fixture.client) {
        _ in
        guard isFirst else { return }
        isFirst = false
        _ = try? session.execute(
          "INSERT INTO notes (tenant_id, room_id, body) VALUES ('\(tenantA)', 1, 'late')")
      }
      #expect(report.tables.first { $0.name == "public.notes" }?.rows == 2)
      #expect(try fixture.scalar("SELECT count(*) FROM notes WHERE body = 'late'") == "1")
    }
  }

  @Test("a folder with something in it is left alone, and an earlier export is replaced when asked")
  func folder() throws {
    try TenantDataFixture.with { fixture in
      try fixture.export()
      try Data("mine".utf8).write(to: URL(filePath: fixture.folder + "/out/mine.txt"))
      let before = try fixture.files()
      let error = #expect(throws: SeedError.self) { try fixture.export() }
      #expect(error?.code == .unusableFolder)
      #expect(try fixture.files() == before)
      try fixture.run("DELETE FROM note_lines")
      try fixture.export(change: { $0.overwrites = true })
      let after = try fixture.files()
      #expect(after.contains("mine.txt") && !after.contains { $0.contains("note_lines") })
      let rest = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
      #expect(!rest.contains { $0.contains("partial") }, "\(rest)")
    }
  }

  @Test("a tenant that is not there, or can be none, is named and nothing is written")
  func unknownTenant() throws {
    try TenantDataFixture.with { fixture in
      for tenant in [
        "99999999-9999-4999-8999-999999999999", "'; DROP TABLE tenants; --", "", "a\u{0}b",
        String(repeating: "x", count: 1_000_000), "\\", "$1",
      ] {
        let error = #expect(throws: SeedError.self) { try fixture.export(tenant) }
        #expect(
          [.unknownTenant, .invalidTenant].contains(error?.code), "\(String(describing: error))")
        #expect((error?.description.utf8.count ?? 0) < 1_000)
      }
      #expect(!FileManager.default.fileExists(atPath: fixture.folder + "/out"))
      let count = try fixture.scalar("SELECT count(*) FROM tenants")
      #expect(count == "2")
    }
  }

  @Test("a role from which policies hide rows is refused")
  func hiddenRows() throws {
    try TenantDataFixture.with { fixture in
      try fixture.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_user")
      let session = try fixture.database.connect(as: "app_user")
      defer { session.close() }
      var hidden = fixture
      hidden = TenantDataFixture(
        admin: fixture.admin, database: fixture.database,
        client: .init(connection: session, mode: .exempt, sink: Recorder()), folder: fixture.folder)
      let error = #expect(throws: SeedError.self) { try hidden.export() }
      #expect(error?.cause?.sqlState == .insufficientPrivilege)
      #expect(error?.remedy?.contains("BYPASSRLS") == true)
    }
  }

  @Test("references into another tenant become NULL where they may, and are refused where not")
  func foreignReferences() throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      CREATE TABLE plans (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
      CREATE TABLE cards (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants,
        plan_id int REFERENCES plans);
      """
    let rows = """
      INSERT INTO tenants VALUES ('\(tenantA)'), ('\(tenantB)');
      INSERT INTO plans VALUES (1, '\(tenantA)'), (2, '\(tenantB)');
      INSERT INTO cards VALUES (1, '\(tenantA)', 1), (2, '\(tenantA)', 2), (3, '\(tenantB)', 1);
      """
    try TenantDataFixture.with(schema, rows) { fixture in
      let report = try fixture.export()
      #expect(report.notes.count == 1 && report.notes.first?.contains("cards_plan_id_fkey") == true)
      try fixture.loaded(schema: schema) { other in
        let plans = try other.scalar(
          "SELECT string_agg(coalesce(plan_id, 0)::text, ',' ORDER BY id) FROM cards")
        #expect(plans == "1,0")
      }
      try fixture.run("ALTER TABLE cards ALTER plan_id SET NOT NULL")
      let error = #expect(throws: SeedError.self) { try fixture.export(name: "again") }
      #expect(error?.code == .foreignRows && error?.message.contains("public.cards") == true)
    }
  }

  @Test("rows that are nobody's in tables of tenants come along when they are referred to")
  func templates() throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      CREATE TABLE templates (id int PRIMARY KEY, tenant_id uuid REFERENCES tenants,
        made_from int REFERENCES templates);
      CREATE TABLE steps (id int PRIMARY KEY, template_id int NOT NULL REFERENCES templates);
      CREATE TABLE jobs (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants,
        template_id int NOT NULL REFERENCES templates, step_id int NOT NULL REFERENCES steps);
      """
    let rows = """
      INSERT INTO tenants VALUES ('\(tenantA)'), ('\(tenantB)');
      INSERT INTO templates VALUES (1, NULL, NULL), (2, NULL, 1), (3, NULL, NULL), (4, NULL, NULL),
        (5, '\(tenantA)', NULL), (6, '\(tenantB)', 3);
      INSERT INTO steps VALUES (1, 4), (2, 5), (3, 6), (4, 3);
      INSERT INTO jobs VALUES (1, '\(tenantA)', 2, 1), (2, '\(tenantA)', 5, 2),
        (3, '\(tenantB)', 3, 3);
      """
    try TenantDataFixture.with(schema, rows) { fixture in
      try fixture.export()
      try fixture.loaded(schema: schema) { other in
        func ids(_ table: String) throws -> String? {
          try other.scalar("SELECT string_agg(id::text, ',' ORDER BY id) FROM \(table)")
        }
        let templates = try ids("templates")
        #expect(templates == "1,2,4,5")
        #expect(try ids("steps") == "1,2")
        #expect(try ids("jobs") == "1,2")
      }
      let report = try fixture.remove()
      #expect(report.rows == 5 && report.left.isEmpty)
      #expect(
        try fixture.scalar("SELECT string_agg(id::text, ',' ORDER BY id) FROM templates")
          == "1,2,3,4,6")
    }
  }

  @Test("circles that no column can open, odd names, partitions and heirs are loaded again")
  func shapes() throws {
    let schema = """
      CREATE SCHEMA "odd . schema";
      CREATE TABLE tenants (tenant_id text PRIMARY KEY);
      CREATE TYPE pair AS (a int, b text);
      CREATE DOMAIN short AS varchar(20) CHECK (VALUE <> 'never');
      CREATE TABLE a (tenant_id text NOT NULL, id int PRIMARY KEY, b int NOT NULL, p pair, s short);
      CREATE TABLE b (tenant_id text NOT NULL, id int PRIMARY KEY, a int NOT NULL REFERENCES a);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
      CREATE TABLE "odd . schema"."a/b ""c"" d" (tenant_id text NOT NULL, "x, y" text, "t" int);
      CREATE TABLE logs (tenant_id text, day date, line text) PARTITION BY RANGE (day);
      CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
      CREATE TABLE base (tenant_id text, what text);
      CREATE TABLE heir (more text) INHERITS (base);
      """
    let rows = """
      INSERT INTO tenants VALUES ('it''s'), ('b');
      WITH x AS (INSERT INTO a VALUES ('it''s', 1, 2, ROW(1, 'x,"y${tenant_id}\\'), '${tenant_id}'), ('b', 3, 4, NULL, NULL))
      INSERT INTO b VALUES ('it''s', 2, 1), ('b', 4, 3);
      INSERT INTO "odd . schema"."a/b ""c"" d" VALUES ('it''s', E'back\\\\slash ''quote''', 7), ('b', '', 1);
      INSERT INTO logs VALUES ('it''s', '2024-05-01', 'in 1'), ('it''s', '2030-01-01', 'in rest'),
        ('b', '2024-05-01', 'of b');
      INSERT INTO base VALUES ('it''s', 'base'), ('b', 'base'); INSERT INTO heir VALUES
        ('it''s', 'heir', 'more');
      """
    try TenantDataFixture.with(schema, rows) { fixture in
      let mine = "tenant_id = 'it''s'"
      let before = try fixture.rows(where: mine)
      try fixture.export("it's")
      try fixture.loaded(schema: schema) { other in
        let rows = try other.rows()
        #expect(rows == before)
        #expect(try other.scalar("SELECT count(*) FROM ONLY base") == "1")
        #expect(try other.scalar("SELECT count(*) FROM logs_1") == "1")
      }
      let others = try fixture.rows(where: "NOT \(mine)")
      let report = try fixture.remove("it's")
      #expect(report.left.isEmpty && report.rows == 8)
      #expect(try fixture.rows() == others)
    }
  }
}
