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

@Suite("Formats of rows")
struct RowFormatTests {
  private static func withCards(_ body: (Hotel) throws -> Void) throws {
    try Hotel.with { hotel in
      for statement in [
        """
        CREATE TABLE cards (id int PRIMARY KEY, name text, price numeric, ok boolean DEFAULT true,
          data jsonb, raw json, tags text[], grid int[], docs jsonb[], day date,
          code text NOT NULL DEFAULT 'none', twice int GENERATED ALWAYS AS (id * 2) STORED)
        """,
        "GRANT INSERT, SELECT, UPDATE ON cards TO app_user",
      ] { try hotel.admin.execute(statement) }
      try body(hotel)
    }
  }

  @Test("tab separated values are read as COPY writes them")
  func tabs() throws {
    try Self.withCards { hotel in
      let text =
        "id\tname\tprice\n1\ta\\tb\\\\\\nc\t1.5\n2\t\\N\t\\N\n3\t\t7\n4\t\\x41\\101\\q\"\t8\n"
      try hotel.folder.write("1_cards.tsv", text)
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 4)
      let query = "SELECT concat_ws('|', id, coalesce(name, 'NULL'), price) FROM cards ORDER BY id"
      let expected = ["1|a\tb\\\nc|1.5", "2|NULL", "3||7", "4|AAq\"|8"]
      #expect(try hotel.column(query) == expected)
      // With the tenant's id somewhere dbtool reads the file itself, and has to read the same.
      try hotel.admin.execute("DELETE FROM cards")
      try hotel.folder.write("1_cards.tsv", text + "5\t${tenant_id}\t9\n")
      try hotel.folder.run(hotel.client, tenants: [tenantA])
      #expect(try hotel.column(query) == expected + ["5|\(tenantA)|9"])
    }
  }

  @Test("a file that PostgreSQL wrote comes back as it was, in each way of reading it")
  func roundTrip() throws {
    try Self.withCards { hotel in
      for statement in [
        """
        INSERT INTO cards (id, name, data, tags)
        SELECT i, chr(i) || E'\\\\' || chr(i % 40 + 1) || 'é"' || chr(9), '{"a": "\\u00e9\\n"}',
          ARRAY[chr(i), NULL, '']
        FROM generate_series(1, 200) AS i
        """,
        "CREATE TABLE before AS SELECT id, name, data, tags FROM cards",
      ] { try hotel.admin.execute(statement) }
      let columns = "id, name, data, tags"
      // The server's processes are somebody else's.
      chmod(hotel.folder.path, 0o777)
      for (name, options, head) in [
        ("1_cards.csv", "FORMAT csv", "id,name,data,tags"),
        ("1_cards.tsv", "FORMAT text", "id\tname\tdata\ttags"),
      ] {
        let path = hotel.folder.path + "/" + name
        for suffix in [
          "", "\(head.contains(",") ? "999,${tenant_id},," : "999\t${tenant_id}\t\\N\t\\N")\n",
        ] {
          try hotel.admin.execute(
            "COPY before (\(columns)) TO PROGRAM "
              + "'{ echo ''\(head)''; cat; } > \(path); chmod 644 \(path)' WITH (\(options))")
          try hotel.admin.execute("DELETE FROM cards")
          let written = try hotel.folder.read(name)
          try hotel.folder.write(name, bytes: written + Array(suffix.utf8))
          try hotel.folder.run(hotel.client, tenants: [tenantA])
          let difference = try hotel.scalar(
            """
            SELECT count(*) FROM (SELECT \(columns) FROM cards WHERE id < 999
              EXCEPT ALL SELECT \(columns) FROM before) AS d
            """)
          #expect(difference == "0")
          #expect(try hotel.scalar("SELECT count(*) FROM cards WHERE id < 999") == "200")
        }
        hotel.folder.remove(name)
      }
    }
  }

  @Test("objects of JSON become rows; what is absent is the default, null is NULL")
  func json() throws {
    try Self.withCards { hotel in
      try hotel.folder.write(
        "1_cards.jsonl",
        #"""
        {"id": 1, "name": "a\u00e9\ud83e\udd86\"\\\n", "price": 123456789012345678901234.5, "ok": false}
          { "data" : { "a" : [1, {"b": null}] } , "id" : 2 , "ok" : null, "tags": ["x,y", null, "\"{"] }

        {"id": 3, "data": "text", "raw": [1,  2], "grid": [[1, 2], [3, 4]], "docs": [{"a": "b"}, [1], "c"]}
        {"id": 4, "data": 5, "raw": true, "tags": [], "day": "2026-01-31", "code": "mine"}
        {"id": 5, "data": null, "name": ""}
        """#)
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 5)
      let rows = try hotel.column(
        """
        SELECT concat_ws('|', id, coalesce(name, 'NULL'), price, coalesce(ok::text, 'NULL'), data,
          raw, tags, grid, docs, day, code) FROM cards ORDER BY id
        """)
      #expect(
        rows == [
          "1|aé🦆\"\\\n|123456789012345678901234.5|false|none",
          #"2|NULL|NULL|{"a": [1, {"b": null}]}|{"x,y",NULL,"\"{"}|none"#,
          #"3|NULL|true|"text"|[1,  2]|{{1,2},{3,4}}|{"{\"a\": \"b\"}",[1],"\"c\""}|none"#,
          "4|NULL|true|5|true|{}|2026-01-31|mine", "5||true|none",
        ])
    }
  }

  @Test(
    "a line that is no object of JSON is refused with its line, and nothing is loaded",
    arguments: [
      (#"{"id": 1"#, "does not end"), (#"[1]"#, "not an object"), (#"{"id": 1} x"#, "follows"),
      (#"{"id" 1}"#, "colon"), (#"{"id": 01}"#, "no value"), (#"{"id": tru}"#, "no value"),
      (#"{"name": "a"#, "does not end"), (#"{"name": "\q"}"#, "escape"),
      (#"{"name": "\ud800"}"#, "surrogate"), ("{\"name\": \"a\u{1}\"}", "control"),
      (#"{"data": [1}}"#, "bracket"), (#"{"data": "#, "missing"), (#"{id: 1}"#, "string"),
      (#"{"id": 1, "id": 2}"#, "twice"), (#"{"name": "a\u0000"}"#, "\\u0000"),
      (#"{"data": {"a": ${tenant_id}}}"#, "no value"),
      (#"{"name": {"a": 1}}"#, "an object"), (#"{"name": [1]}"#, "an array"),
      (String(repeating: "[", count: 100_000), "not an object"),
      (#"{"data": "# + String(repeating: "[", count: 100_000), "nested"),
    ])
  func notJSON(line: String, message: String) throws {
    try Self.withCards { hotel in
      try hotel.folder.write("1_cards.jsonl", "{\"id\": 7}\n\n\(line)\n{\"id\": 8}\n")
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.line == 3)
      #expect(error?.message.contains(message) == true, "\(String(describing: error))")
      #expect((error?.description.utf8.count ?? 0) < 1_000)
      #expect(try hotel.scalar("SELECT count(*) FROM cards") == "0")
    }
  }

  @Test("an unknown key is named with its line, and a wrong type with key and value")
  func wrongKeys() throws {
    try Self.withCards { hotel in
      try hotel.folder.write("1_cards.jsonl", "{\"id\": 1}\n{\"id\": 2, \"size\": 3}\n")
      var error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.line == 2 && error?.field == "size")
      try hotel.folder.write(
        "1_cards.jsonl", "\n{\"id\": 1, \"name\": \"a\\nb\"}\n{\"id\": 2, \"price\": \"cheap\"}\n")
      error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.line == 3 && error?.field == "price" && error?.value == "cheap")
      try hotel.folder.write("1_cards.jsonl", "{\"id\": 1}\n{\"twice\": 2}\n")
      error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.line == 2 && error?.field == "twice")
    }
  }

  @Test("a line of \\. is a value or the end, and never drops what follows")
  func endMark() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("CREATE TABLE lines (line text)")
      try hotel.admin.execute("GRANT INSERT ON lines TO app_user")
      try hotel.folder.write("1_lines.csv", "line\na\n\\.\nb\n")
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 3)
      hotel.folder.remove("1_lines.csv")
      try hotel.folder.write("1_lines.tsv", "line\na\n\\.\n")
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 1)
      try hotel.folder.write("1_lines.tsv", "line\na\n\\.\nb\n")
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.line == 4)
      for text in ["line\na\n\\.\nb\n", "line\na\nb\\.\nc\n", "line\na\n\\.b\nc\n"] {
        try hotel.folder.write("1_lines.tsv", text)
        #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client, tenants: [tenantA]) }
      }
      try hotel.folder.write("1_lines.tsv", "line\na\\\\.\n")
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 1)
      #expect(try hotel.scalar("SELECT count(*) FROM lines WHERE line = E'a\\\\.'") == "1")
    }
  }

  @Test(
    "files with only a header line, or without an object, load no rows",
    arguments: [
      ("1_cards.csv", "id,name\n"), ("1_cards.tsv", "id\tname"), ("1_cards.ndjson", "\n\n"),
    ])
  func noRows(name: String, text: String) throws {
    try Self.withCards { hotel in
      try hotel.folder.write(name, text)
      let report = try hotel.folder.run(hotel.client)
      #expect(report.ranCount == 2 && report.rows == 0)
    }
  }

  @Test(
    "values of a megabyte pass, whatever the format",
    arguments: ["1_cards.csv", "1_cards.tsv", "1_cards.jsonl"])
  func megabyte(name: String) throws {
    try Self.withCards { hotel in
      let long = String(repeating: "é", count: 524_288)
      let text =
        switch name.suffix(4) {
        case ".csv": "id,name\n1,\"\(long)\"\n2,${tenant_id}\n"
        case ".tsv": "id\tname\n1\t\(long)\n2\t${tenant_id}\n"
        default: "{\"id\": 1, \"name\": \"\(long)\"}\n{\"id\": 2, \"name\": \"${tenant_id}\"}\n"
        }
      try hotel.folder.write(name, text)
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 2)
      #expect(try hotel.scalar("SELECT octet_length(name) FROM cards WHERE id = 1") == "1048576")
    }
  }

  @Test(
    "a NUL is refused with its line, in each format and each way of reading it",
    arguments: [
      ("1_cards.csv", "id,name\n1,a\n2,a\0b\n", 3), ("1_cards.tsv", "id\tname\n1\ta\n2\ta\0b\n", 3),
      ("1_cards.csv", "id,name\n1,${tenant_id}\n2,a\0b\n", 3),
      ("1_cards.tsv", "id\tname\n1\t${tenant_id}\n2\ta\0b\n", 3),
      ("1_cards.jsonl", "{\"id\": 1, \"name\": \"a\\nb\"}\n{\"id\": 2, \"name\": \"a\0b\"}\n", 2),
    ])
  func nul(name: String, text: String, line: Int) throws {
    try Self.withCards { hotel in
      try hotel.folder.write(name, text)
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.line == line, "\(String(describing: error))")
      #expect(try hotel.scalar("SELECT count(*) FROM cards") == "0")
    }
  }
}
