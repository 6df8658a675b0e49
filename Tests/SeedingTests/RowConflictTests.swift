import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

@Suite("Rows whose key is there already")
struct RowConflictTests {
  private static func rule(_ hotel: Hotel, _ text: String) throws {
    try hotel.folder.write("seed.yaml", "files:\n  010_rooms.csv: {\(text)}\n")
  }

  @Test("update takes the place of what is there, and a changed file changes rows")
  func update() throws {
    try Hotel.with { hotel in
      try Self.rule(hotel, "on-conflict: update")
      try hotel.folder.write("010_rooms.csv", "id,name\n1,a\n2,b\n")
      let first = try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(first.counts == [SeedRowCounts(written: 2)])
      try hotel.admin.execute("UPDATE rooms SET note = 'kept', capacity = 9")
      try hotel.folder.write("010_rooms.csv", "id,name\n2,edited\n3,c\n")
      let second = try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(second.counts == [SeedRowCounts(written: 2, updated: 1)])
      #expect(
        try hotel.column("SELECT concat_ws('|', id, name, note) FROM rooms ORDER BY id")
          == ["1|a|kept", "2|edited|kept", "3|c|none"])
      let again = try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(again.ranCount == 0)
    }
  }

  @Test("a new file over rows that are there already keeps its rule: skip, update and error")
  func newFile() throws {
    for (rule, expected) in [
      ("on-conflict: skip", "old,new"), ("key: [tenant_id, id]", "old,new"),
      ("on-conflict: update, key: [id, tenant_id]", "file,new"),
    ] {
      try Hotel.with { hotel in
        try hotel.admin.execute("INSERT INTO rooms VALUES ('\(tenantA)', 1, 'old')")
        try Self.rule(hotel, rule)
        try hotel.folder.write("010_rooms.csv", "id,name\n1,file\n2,new\n")
        let counts = try hotel.folder.run(hotel.client, tenants: [tenantA]).counts.first
        #expect((counts?.updated ?? 0) + (counts?.existing ?? 0) == 1)
        let names = try hotel.scalar("SELECT string_agg(name, ',' ORDER BY id) FROM rooms")
        #expect(names == expected)
      }
    }
    try Hotel.with { hotel in
      try hotel.admin.execute("INSERT INTO rooms VALUES ('\(tenantA)', 2, 'old')")
      try Self.rule(hotel, "on-conflict: error")
      try hotel.folder.write("010_rooms.csv", "id,name\n1,\"a\n\"\n2,b\n3,c\n")
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.line == 4 && error?.cause?.sqlState == .uniqueViolation)
      // The tenant's column is not in the file.
      #expect(error?.field == "id" && error?.value == "2")
      #expect(try hotel.scalar("SELECT count(*) FROM rooms") == "1")
    }
  }

  @Test("two rows of a file with one key are named under error and update, and the first wins else")
  func twice() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "id,name\n1,a\n2,b\n3,c\n2,d\n")
      for rule in ["error", "update"] {
        try Self.rule(hotel, "on-conflict: \(rule)")
        let error = #expect(throws: SeedError.self) {
          try hotel.folder.run(hotel.client, tenants: [tenantA])
        }
        #expect(error?.line == 5, "\(rule): \(String(describing: error))")
        #expect(try hotel.scalar("SELECT count(*) FROM rooms") == "0")
      }
      hotel.folder.remove("seed.yaml")
      let counts = try hotel.folder.run(hotel.client, tenants: [tenantA]).counts
      #expect(counts == [SeedRowCounts(written: 3, existing: 1)])
      #expect(try hotel.scalar("SELECT name FROM rooms WHERE id = 2") == "b")
    }
  }

  @Test(
    "a key that the table does not have is an error before anything is loaded",
    arguments: [
      ("on-conflict: update, key: [size]", "no column \"size\""),
      ("on-conflict: update, key: [name]", "no unique key (name)"),
      ("key: [id]", "no unique key (id)"), ("key: [\"id\\\" ; DROP TABLE rooms\"]", "no column"),
    ])
  func unknownKey(rule: String, message: String) throws {
    try Hotel.with { hotel in
      try hotel.folder.write("000_first.sql", "-- dbtool: as-admin\nINSERT INTO words VALUES ('x')")
      try hotel.folder.write("010_rooms.csv", "id,name\n1,a\n")
      try Self.rule(hotel, rule)
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.message.contains(message) == true, "\(String(describing: error))")
      #expect(error?.file?.hasSuffix("/seed.yaml") == true && error?.line == 2)
      #expect(try hotel.scalar("SELECT count(*) FROM words") == "0")
    }
  }

  @Test("the file must have the key's columns, and a table without a primary key needs a key")
  func incompleteKey() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("010_rooms.csv", "name\na\n")
      try Self.rule(hotel, "on-conflict: update")
      var error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.message.contains("gives no value to \"id\"") == true)
      try hotel.admin.execute("ALTER TABLE rooms DROP CONSTRAINT rooms_pkey")
      error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.message == "table public.rooms has no primary key")
    }
  }

  @Test("update does not reach another tenant's row")
  func otherTenant() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("ALTER TABLE rooms ADD UNIQUE (name)")
      try hotel.admin.execute("INSERT INTO rooms VALUES ('\(tenantB)', 1, 'taken')")
      try Self.rule(hotel, "on-conflict: update, key: [name]")
      try hotel.folder.write("010_rooms.csv", "id,name\n5,free\n6,taken\n")
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.cause?.isPolicyRefusal == true && error?.line == 3)
      #expect(try hotel.column("SELECT id FROM rooms") == ["1"])
    }
  }

  @Test("on update JSON's absent keys leave their columns alone")
  func absentKeys() throws {
    try Hotel.with { hotel in
      try hotel.folder.write("seed.yaml", "files: {010_rooms.jsonl: {on-conflict: update}}")
      try hotel.admin.execute("INSERT INTO rooms VALUES ('\(tenantA)', 1, 'a', 1, 'x')")
      try hotel.admin.execute("INSERT INTO rooms VALUES ('\(tenantA)', 2, 'b', 2, 'y')")
      try hotel.folder.write(
        "010_rooms.jsonl",
        "{\"id\": 1, \"name\": \"new\"}\n{\"id\": 2, \"capacity\": 7}\n{\"id\": 3}\n")
      let counts = try hotel.folder.run(hotel.client, tenants: [tenantA]).counts
      #expect(counts == [SeedRowCounts(written: 3, updated: 2)])
      #expect(
        try hotel.column("SELECT concat_ws('|', name, capacity, note) FROM rooms ORDER BY id")
          == ["new|1|x", "b|7|y", "none"])
    }
  }

  @Test("identities that are always generated can be given, and stay on update")
  func identity() throws {
    try Hotel.with { hotel in
      for statement in [
        """
        CREATE TABLE tags (id int GENERATED ALWAYS AS IDENTITY, tag text PRIMARY KEY, size int)
        """,
        "GRANT INSERT, SELECT, UPDATE ON tags TO app_user",
      ] { try hotel.admin.execute(statement) }
      try hotel.folder.write("seed.yaml", "files: {1_tags.csv: {on-conflict: update}}")
      try hotel.folder.write("1_tags.csv", "id,tag,size\n70,a,1\n")
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      try hotel.folder.write("1_tags.csv", "id,tag,size\n80,a,2\n")
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(try hotel.column("SELECT concat_ws('|', id, tag, size) FROM tags") == ["70|a|2"])
    }
  }
}
