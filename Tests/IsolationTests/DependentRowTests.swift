import Isolation
import TestSupport
import Testing

@Suite("Rows that hang on opened rows")
struct DependentRowTests {
  /// Notes have no tenant and are protected through their booking; remarks through their note.
  private static let schema = """
    ALTER TABLE bookings ADD COLUMN status text NOT NULL DEFAULT 'own';
    CREATE TABLE files (
      booking_id uuid NOT NULL REFERENCES bookings (id), number integer NOT NULL, body text NOT NULL,
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), UNIQUE (booking_id, number));
    ALTER TABLE files ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY files_parent ON files TO app_user USING (
      EXISTS (SELECT FROM bookings b WHERE b.id = files.booking_id));
    CREATE TABLE pages (
      file_id uuid NOT NULL REFERENCES files, id uuid PRIMARY KEY DEFAULT gen_random_uuid());
    ALTER TABLE pages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY pages_parent ON pages TO app_user USING (
      EXISTS (SELECT FROM files f WHERE f.id = pages.file_id));
    GRANT SELECT, INSERT, UPDATE, DELETE ON files, pages TO app_user;
    """

  @Test("children and grandchildren of a table that is closed are isolated")
  func closed() throws {
    try PlantedSchema.with(hole: Self.schema) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.files") == .init(all: .isolated))
      #expect(report.operations("public.pages") == .init(all: .isolated))
      #expect(!report.findings.contains { $0.severity == .error })
    }
  }

  @Test("a branch that opens a parent's rows opens what hangs on them, at any distance")
  func opened() throws {
    let hole =
      Self.schema + "CREATE POLICY shared ON bookings FOR SELECT TO app_user "
      + "USING (status = 'shared');"
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.bookings")?[.select] == .leak)
      #expect(report.operations("public.files")?[.select] == .leak, "\(report.summary)")
      #expect(report.operations("public.files")?[.insert] == .leak, "\(report.summary)")
      #expect(report.operations("public.pages")?[.select] == .leak, "\(report.summary)")
      for name in ["public.files", "public.pages"] {
        let finding = try #require(
          report.findings.first { $0.object == name && $0.rule == "cross-tenant-read" })
        let lines = try Psql.lines(
          finding.reproduce, on: schema.database, stopsAtError: true)
        #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(lines)")
      }
      // Also when the parent itself is not among the tables that are asked for.
      let alone = try schema.verify(
        IsolationOptions(roles: ["app_user"], tables: ["public.files"]))
      #expect(alone.operations("public.files")?[.select] == .leak)
    }
  }

  @Test("the key that the policy follows is found beside others, and a chain of any length")
  func longWay() throws {
    // An opened room first: the file's policy asks for its booking, by the second key.
    let chain = (1...7).map { step in
      """
      CREATE TABLE link_\(step) (
        above uuid NOT NULL REFERENCES \(step == 1 ? "files" : "link_\(step - 1)"),
        id uuid PRIMARY KEY DEFAULT gen_random_uuid());
      ALTER TABLE link_\(step) ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY above ON link_\(step) TO app_user USING (
        EXISTS (SELECT FROM \(step == 1 ? "files" : "link_\(step - 1)") a WHERE a.id = link_\(step).above));
      GRANT SELECT ON link_\(step) TO app_user;
      """
    }
    let hole =
      "CREATE TABLE signs (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY, "
      + "public boolean NOT NULL DEFAULT false); "
      + "ALTER TABLE signs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; "
      + "CREATE POLICY signs ON signs TO app_user USING (public OR tenant_id = "
      + "NULLIF(current_setting('app.current_tenant_id', true), '')::uuid); "
      + "GRANT SELECT ON signs TO app_user; " + Self.schema
      + "ALTER TABLE files ADD COLUMN sign_id uuid REFERENCES signs; "
      + chain.joined(separator: "\n")
      + "CREATE POLICY shared ON bookings FOR SELECT TO app_user USING (status = 'shared');"
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      for name in ["public.signs", "public.files", "public.link_1", "public.link_7"] {
        #expect(
          report.operations(name)?[.select] == .leak,
          "\(name): \(report.notes(name)) \(report.summary)")
      }
    }
  }
}
