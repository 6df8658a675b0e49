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
}
