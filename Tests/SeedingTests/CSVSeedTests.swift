import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Loading CSV seeds")
struct CSVSeedTests {
  @Test("Rows go to each tenant, and the tenant's id and defaults are added")
  func rows() throws {
    try Hotel.with { hotel in
      try hotel.folder.write(
        "010_rooms.csv", "id,name,capacity\n1,\"Sea, \"\"left\"\"\",2\n2,\"two\nlines\",\n3,\"\",\n"
      )
      let report = try hotel.folder.run(hotel.client)
      #expect(report.rows == 6)
      let query = "SELECT concat_ws('|', id, name, capacity, note) FROM rooms WHERE tenant_id = "
      for tenant in [tenantA, tenantB] {
        #expect(
          try hotel.column(query + "'\(tenant)' ORDER BY id")
            == ["1|Sea, \"left\"|2|none", "2|two\nlines|none", "3||none"])
      }
      // Unquoted nothing is NULL, quoted nothing is the empty text.
      #expect(try hotel.column("SELECT DISTINCT name IS NULL FROM rooms WHERE id = 3") == ["f"])
      #expect(
        try hotel.column("SELECT DISTINCT rows FROM dbtool.seeds") == ["3"])
    }
  }

  @Test("Byte order mark, CRLF, a schema in the name and no line end are all fine")
  func dialects() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_public.rooms.csv", "\u{FEFF}\"id\",name\r\n1,é\r\n2,b")
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(try hotel.column("SELECT name FROM rooms ORDER BY id") == ["é", "b"])
    }
  }

  @Test("A file with only a header loads no rows")
  func onlyHeader() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id,name")
      let report = try hotel.folder.run(hotel.client)
      #expect(report.rows == 0)
      #expect(report.ranCount == 2)
    }
  }

  @Test("Rows that exist already are left alone, and counted")
  func existing() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id,name\n1,a\n")
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      try hotel.folder.write("010_rooms.csv", "id,name\n1,edited\n2,b\n")
      let report = try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(report.counts == [SeedRowCounts(written: 1, existing: 1)])
      #expect(try hotel.column("SELECT name FROM rooms ORDER BY id") == ["a", "b"])
    }
  }

  @Test("A bad value is refused with its line, column and value, and nothing is loaded")
  func badValue() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id,name,capacity\n1,a,2\n2,\"b\nb\",2\n3,c,many\n")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .rowsRefused)
      #expect(error?.line == 5)
      #expect(error?.field == "capacity")
      #expect(error?.value == "many")
      #expect(error?.cause?.sqlState == "22P02")
      #expect(error?.description.contains("010_rooms.csv:5: invalid input syntax for") == true)
      #expect(try hotel.column("SELECT id FROM rooms").isEmpty)
      #expect(try hotel.column("SELECT file FROM dbtool.seeds").isEmpty)
      #expect(hotel.client.connection.transactionStatus == .idle)
    }
  }

  @Test(
    "A line with too few or too many fields is refused with its text",
    arguments: [("1,a\n2\n", "2"), ("1,a\n2,b,c\n", "2,b,c")])
  func badLine(lines: String, value: String) throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id,name\n" + lines)
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.line == 3)
      #expect(error?.value == value)
      #expect(error?.cause?.sqlState == "22P04")
    }
  }

  @Test("A value that is not UTF-8 is refused with its line")
  func encoding() throws {
    try Hotel.with { hotel in
      try hotel.folder.write(
        "010_rooms.csv", bytes: Array("id,name\n1,".utf8) + [0xFF] + Array("\n".utf8))
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.line == 2)
      #expect(error?.cause?.sqlState == "22021")
    }
  }

  @Test("A constraint of the table refuses rows, and is named")
  func constraint() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("ALTER TABLE rooms ADD CHECK (capacity > 0)")
      try hotel.folder.write("010_rooms.csv", "id,capacity\n1,2\n2,0\n")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .rowsRefused)
      #expect(error?.cause?.sqlState == "23514")
      #expect(error?.message.contains("\"rooms_capacity_check\"") == true)
      #expect(try hotel.column("SELECT id FROM rooms").isEmpty)
    }
  }

  @Test("Rows that name another tenant are refused by the policy")
  func otherTenant() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id,tenant_id\n1,\(tenantA)\n")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.tenant == tenantB)
      #expect(error?.cause?.isPolicyRefusal == true)
      #expect(try hotel.column("SELECT tenant_id FROM rooms") == [tenantA])
    }
  }

  @Test("A table that is not there and a column that it lacks are named")
  func unknownNames() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_halls.csv", "id\n1\n")
      var error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .unknownTable)
      #expect(error?.message == "there is no table \"halls\"")
      hotel.folder.remove("010_halls.csv")
      try hotel.folder.write("010_rooms.csv", "id,size\n1,2\n")
      error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .unknownColumn)
      #expect(error?.message == "table public.rooms has no column \"size\"")
      #expect(error?.remedy == "Its columns are: tenant_id, id, name, capacity, note.")
    }
  }

  @Test("A header that looks like SQL is only a name")
  func hostileHeader() throws {
    try Hotel.with { hotel in
      let name = #"id" int); DROP TABLE rooms; --"#
      let quoted =
        "\""
        + name.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"") + "\""
      try hotel.folder.write("010_rooms.csv", quoted + "\n1\n")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.code == .unknownColumn)
      try hotel.admin.execute("ALTER TABLE rooms ADD COLUMN \(quoted) int")
      try hotel.folder.write("010_rooms.csv", "id,\(quoted)\n1,2\n")
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 1)
      #expect(try hotel.column("SELECT \(quoted) FROM rooms") == ["2"])
    }
  }

  @Test("A role that may insert but not select can load")
  func withoutSelect() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("REVOKE SELECT ON rooms FROM app_user")
      try hotel.folder.write("010_rooms.csv", "id,name\n1,a\n")
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 1)
    }
  }

  @Test("A role that may not make temporary tables is told what it needs")
  func withoutTemporary() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute(
        "REVOKE TEMPORARY ON DATABASE \(hotel.database.name) FROM PUBLIC")
      try hotel.folder.write("010_rooms.csv", "id\n1\n")
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.cause?.sqlState == .insufficientPrivilege)
      #expect(error?.remedy?.contains("GRANT TEMPORARY") == true)
    }
  }

  @Test("A table without a tenant column, types of the table's own and partitions are fine")
  func kindsOfTables() throws {
    try Hotel.with { hotel in
      for statement in [
        "CREATE SCHEMA crm", "GRANT USAGE ON SCHEMA crm TO app_user",
        "CREATE TYPE crm.\"Mood\" AS ENUM ('good', 'bad')",
        """
        CREATE TABLE crm.notes (id int, mood crm."Mood", price numeric(5,2), day date, tags text[])
        PARTITION BY RANGE (id)
        """,
        "CREATE TABLE crm.notes_1 PARTITION OF crm.notes FOR VALUES FROM (0) TO (10)",
        "GRANT INSERT ON crm.notes TO app_user",
      ] { try hotel.admin.execute(statement) }
      try hotel.folder.write(
        "010_crm.notes.csv", "id,mood,price,day,tags\n1,good,1.5,2026-01-31,\"{a,\"\"b c\"\"}\"\n")
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(
        try hotel.column("SELECT concat_ws('|', mood, price, day, tags[2]) FROM crm.notes")
          == ["good|1.50|2026-01-31|b c"])
    }
  }

  @Test("A large file is sent in pieces, every row of it once")
  func large() throws {
    try Hotel.with { hotel in
      var text = "id,name\n"
      for number in 1...40_000 { text += "\(number),\"name of \(number), é\"\n" }
      try hotel.folder.write("010_rooms.csv", text)
      let plan = try SeedRunner(toolVersion: "test").plan(
        try hotel.folder.load(), tenants: [tenantA], client: hotel.client)
      var sizes: [Int] = []
      try SeedRunner(toolVersion: "test").run(plan, client: hotel.client) { progress in
        if case .sent(_, let bytes, let total) = progress {
          sizes.append(bytes)
          #expect(total == text.utf8.count)
        }
      }
      #expect(sizes.count == (text.utf8.count + 262_143) / 262_144)
      #expect(sizes.last == text.utf8.count)
      #expect(try hotel.scalar("SELECT count(*) || ' ' || sum(id) FROM rooms") == "40000 800020000")
      #expect(try hotel.scalar("SELECT name FROM rooms WHERE id = 12345") == "name of 12345, é")
    }
  }

  @Test("A file that changed between planning and running is not loaded")
  func changedFile() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id,name\n1,a\n")
      let plan = try SeedRunner(toolVersion: "test").plan(
        try hotel.folder.load(), tenants: [tenantA], client: hotel.client)
      try hotel.folder.write("010_rooms.csv", "id,name\n1,b\n")
      let error = #expect(throws: SeedError.self) {
        try SeedRunner(toolVersion: "test").run(plan, client: hotel.client)
      }
      #expect(error?.code == .fileChanged)
      #expect(try hotel.column("SELECT id FROM rooms").isEmpty)
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 1)
    }
  }
}
