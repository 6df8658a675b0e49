import Isolation
import Testing

@Suite("Rows that are another tenant's in one respect")
struct VariantTests {
  /// Notes are written in a room, and a policy of its own sees to it that it is the tenant's.
  private static func roomed(_ column: String) -> String {
    """
    ALTER TABLE notes ADD room_id uuid \(column) REFERENCES rooms (id);
    CREATE POLICY own_room ON notes AS RESTRICTIVE FOR INSERT
      WITH CHECK (room_id IS NULL OR EXISTS (SELECT FROM rooms r WHERE r.id = notes.room_id));
    """
  }

  private static let lax = PlantedSchema.split(
    "notes", select: PlantedSchema.ownBooking, insert: "true", update: PlantedSchema.ownBooking,
    updateCheck: PlantedSchema.ownBooking, delete: PlantedSchema.ownBooking)

  @Test(
    "a policy about something else does not hide that nothing asks whose row it is",
    arguments: ["NOT NULL", ""])
  func hidden(column: String) throws {
    try PlantedSchema.with(hole: Self.roomed(column)) { planted in
      let clean = try planted.verify()
      #expect(clean.verdict == .isolated, "\(clean.summary)")
      #expect(clean.operations("public.notes")?.insert == .isolated)
      try planted.run(Self.lax)
      let report = try planted.verify()
      #expect(report.operations("public.notes")?.insert == .leak, "\(report.summary)")
      let found = report.findings.first {
        $0.object == "public.notes" && $0.operation == "insert" && $0.severity == .error
      }
      #expect(found?.rule == "check-true", "\(report.summary)")
      #expect(found?.reproduce.contains("INSERT INTO public.notes") == true)
    }
  }
}
