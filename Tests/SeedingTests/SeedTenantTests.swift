import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

/// A table whose tenants are texts, so that every id is a legal one.
private func withNotes(_ body: (Hotel) throws -> Void) throws {
  try Hotel.with { hotel in
    for statement in [
      "CREATE TABLE notes (tenant_id text, body text)", "GRANT ALL ON notes TO app_user",
      "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
      """
      CREATE POLICY notes_tenant ON notes
      USING (tenant_id = current_setting('app.current_tenant_id', true))
      """,
    ] { try hotel.admin.execute(statement) }
    try hotel.folder.write("010_notes.csv", "body\nfrom csv\n")
    try hotel.folder.write(
      "020_notes.sql",
      "INSERT INTO notes VALUES (current_setting('app.current_tenant_id'), 'from sql')")
    try body(hotel)
  }
}

@Suite("Tenants of seeds")
struct SeedTenantTests {
  @Test(
    "A hostile tenant id is a plain value",
    arguments: [
      "'; DROP TABLE notes; --", "\"quoted\"", #"back\slash\'"#, "$1", "%s %n", "a\nb",
      "' OR '1'='1",
      "🦆", String(repeating: "x", count: 1_024),
    ])
  func hostile(tenant: String) throws {
    try withNotes { hotel in
      #expect(try hotel.folder.run(hotel.client, tenants: [tenant, "other"]).rows == 4)
      let rows = try hotel.admin.execute(
        "SELECT body FROM notes WHERE tenant_id = $1 ORDER BY 1", [.text(tenant)])
      #expect(rows.rows.map { $0.text(0) } == ["from csv", "from sql"])
      #expect(try hotel.folder.run(hotel.client, tenants: [tenant, "other"]).ranCount == 0)
    }
  }

  @Test("A hostile tenant id for a uuid column is refused by its type")
  func hostileUUID() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id\n1\n")
      let tenant = "'; DROP TABLE rooms; --"
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenant])
      }
      #expect(error?.cause?.sqlState == "22P02")
      #expect(error?.tenant == tenant)
      #expect(try hotel.column("SELECT id FROM rooms").isEmpty)
    }
  }

  @Test(
    "An id that cannot be a tenant's is refused before anything runs",
    arguments: ["", "a\0b", String(repeating: "x", count: 1_048_576)])
  func refused(tenant: String) throws {
    try withNotes { hotel in
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: ["good", tenant])
      }
      #expect(error?.code == .invalidTenant)
      #expect((error?.description.count ?? 0) < 500)
      let found69 = try hotel.column("SELECT body FROM notes")
      #expect(found69.isEmpty)
    }
  }

  @Test("Two spellings of an accented letter are two tenants, as PostgreSQL has it")
  func normalization() throws {
    try withNotes { hotel in
      let tenants = ["caf\u{E9}", "cafe\u{301}"]
      let found77 = try hotel.folder.run(hotel.client, tenants: tenants).rows
      #expect(found77 == 4)
      let found78 = try hotel.scalar("SELECT count(DISTINCT tenant_id) FROM notes")
      #expect(found78 == "2")
      let found79 = try hotel.folder.run(hotel.client, tenants: tenants).ranCount
      #expect(found79 == 0)
    }
  }

  @Test("Files for tenants without any tenant are refused, and none at all is nothing to do")
  func noTenants() throws {
    try withNotes { hotel in
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [])
      }
      #expect(error?.code == .noTenants)
      #expect(error?.file?.hasSuffix("010_notes.csv") == true)
      hotel.folder.remove("010_notes.csv")
      hotel.folder.remove("020_notes.sql")
      let found93 = try hotel.folder.run(hotel.client, tenants: []).entries
      #expect(found93 == [])
    }
  }

  @Test("Every operation on tenants' rows is recorded for its tenant and none of them exempt")
  func records() throws {
    try withNotes { hotel in
      try hotel.folder.run(hotel.client, tenants: ["a"])
      let copies = hotel.recorder.records.filter { "\($0.kind)" == "copy" }
      #expect(copies.map(\.tenant) == ["a"])
      #expect(copies.map(\.rows) == [1])
      #expect(copies.map(\.isExempt) == [false])
    }
  }
}
