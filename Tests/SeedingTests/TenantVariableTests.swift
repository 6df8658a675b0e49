import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

/// Ids that would be more than a value, were they pasted into SQL.
let hostileTenants = [
  "'; DROP TABLE notes; --", #"\'; DROP TABLE notes; --"#, "\"quoted\"", #"back\slash"#, "\\", "'",
  "''", "$$; DROP TABLE notes; $$", "a\nb\r\nc", "a,b\tc", "*/ DROP TABLE notes /*", "${tenant_id}",
  "x\u{301}'\u{301}", "\\N", "{\"a\": 1}", ":x ?", "\u{1}", "$1",
]

@Suite("The tenant's id in seed files")
struct TenantVariableTests {
  static func withNotes(_ body: (Hotel) throws -> Void) throws {
    try Hotel.with { hotel in
      for statement in [
        "CREATE TABLE notes (tenant_id text, id int, body text, data jsonb, words text[])",
        "GRANT ALL ON notes TO app_user", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        """
        CREATE POLICY notes_tenant ON notes
        USING (tenant_id = current_setting('app.current_tenant_id', true))
        """,
      ] { try hotel.admin.execute(statement) }
      try body(hotel)
    }
  }

  @Test("in SQL a hostile id is a constant, or a part of one", arguments: hostileTenants)
  func hostileSQL(tenant: String) throws {
    try Self.withNotes { hotel in
      try hotel.folder.write(
        "010.sql",
        #"""
        -- ${tenant_id} in a comment
        INSERT INTO notes (tenant_id, id, body) VALUES
          (${tenant_id}, 1, 'it''s ${tenant_id} \ ${tenant_id}'), /* ${tenant_id} */
          (${tenant_id}, 2, E'\t\'${tenant_id}\\'), (${tenant_id},3,'${other} $1');
        INSERT INTO notes (tenant_id, id, body)
        SELECT ${tenant_id}, 4, concat('<',${tenant_id},'>');
        """#)
      #expect(try hotel.folder.run(hotel.client, tenants: [tenant]).rows == 4)
      let rows = try hotel.admin.execute(
        "SELECT body FROM notes WHERE tenant_id = $1 ORDER BY id", [.text(tenant)])
      #expect(
        rows.rows.map { Array($0.text(0).utf8) }
          == [
            "it's \(tenant) \\ \(tenant)", "\t'\(tenant)\\", "${other} $1", "<\(tenant)>",
          ].map { Array($0.utf8) })
    }
  }

  @Test("in rows a hostile id is a part of a value, in each format", arguments: hostileTenants)
  func hostileRows(tenant: String) throws {
    try Self.withNotes { hotel in
      try hotel.folder.write("1_notes.csv", "id,body\n1,<${tenant_id}>\n2,\"a,\"\"${tenant_id}\"\n")
      try hotel.folder.write("2_notes.tsv", "id\tbody\n3\t<${tenant_id}>\n4\t\\N\n")
      try hotel.folder.write(
        "3_notes.jsonl",
        #"""
        {"id": 5, "body": "<${tenant_id}>"}
        {"id": 6, "data": {"a": "<${tenant_id}>"}, "words": ["${tenant_id}", "\"${tenant_id}"]}
        """#)
      #expect(try hotel.folder.run(hotel.client, tenants: [tenant]).rows == 6)
      let rows = try hotel.admin.execute(
        """
        SELECT coalesce(body, data ->> 'a', 'NULL'), words[1], words[2] FROM notes
        WHERE tenant_id = $1 ORDER BY id
        """, [.text(tenant)])
      func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
      #expect(
        bytes(rows.rows.map { $0.text(0) })
          == bytes(
            ["<\(tenant)>", "a,\"\(tenant)", "<\(tenant)>", "NULL", "<\(tenant)>", "<\(tenant)>"]))
      let last = rows.rows.suffix(1).flatMap { [$0.text(1), $0.text(2)] }
      #expect(bytes(last) == bytes([tenant, "\"\(tenant)"]))
    }
  }

  @Test(
    "in SQL it is refused where no value can take its place",
    arguments: [
      ("DO $$ BEGIN PERFORM '${tenant_id}'; END $$", "dollar-quoted"),
      ("SELECT 1 AS \"${tenant_id}\"", "quoted identifier"),
      ("SELECT a${tenant_id}", "touches"), ("SELECT ${tenant_id}b", "touches"),
      ("SELECT 'a'${tenant_id}", "touches"), ("SELECT U&${tenant_id}", "touches"),
      ("SELECT ${tenant_id}'a'", "touches"), ("SELECT X'${tenant_id}'", "constant of this kind"),
      ("SELECT U&'${tenant_id}'", "touches"),
      ("SELECT ${tenant}", "no variable ${tenant}"),
    ])
  func misplaced(sql: String, message: String) throws {
    let error = try SeedFolder.errorLoading("a.sql", "SELECT 1;\n" + sql)
    #expect(error?.code == .misplacedVariable, "\(String(describing: error))")
    #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    #expect(error?.line == 2)
    #expect(error?.remedy?.isEmpty == false)
  }

  @Test("a constant that goes on in another line has no place for it")
  func continued() throws {
    let error = try SeedFolder.errorLoading("a.sql", "SELECT 'a'\n '${tenant_id}'")
    #expect(error?.code == .misplacedVariable && error?.line == 2)
  }

  @Test("what only looks like a variable is left alone in strings, bodies, names and comments")
  func lookAlikes() throws {
    try SeedFolder.withFolder { folder in
      try folder.write(
        "a.sql",
        "SELECT '${HOME}', $$ ${x} $$ AS \"${y}\" -- ${z}\n, $a$ ${x} $a$ /* ${tenant_id} */")
      let file = try folder.load().files.first
      guard case .sql(let seed) = file?.content else { throw CannotWrite(name: "a.sql") }
      #expect(seed.references == [[]])
    }
  }

  @Test("an error in a statement is reported where the file has it, whatever the id's length")
  func position() throws {
    try Self.withNotes { hotel in
      try hotel.folder.write("010.sql", "SELECT 1;\n SELECT ${tenant_id}, '${tenant_id}', nope")
      let tenant = String(repeating: "é\\'", count: 50)
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenant])
      }
      #expect(error?.line == 2)
      #expect(error?.column == 39)
      #expect(error?.statement == "SELECT ${tenant_id}, '${tenant_id}', nope")
    }
  }

  @Test("a file that runs once has no tenant to name")
  func administrative() throws {
    let error = try SeedFolder.errorLoading("a.sql", "-- dbtool: as-admin\nSELECT ${tenant_id}")
    #expect(error?.code == .misplacedVariable && error?.line == 2)
    try Self.withNotes { hotel in
      try hotel.folder.write("1_notes.csv", "id,body\n1,a\n2,${tenant_id}\n")
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, administrative: ["*.csv"])
      }
      #expect(error?.line == 3 && error?.message.contains("for no tenant") == true)
      #expect(try hotel.scalar("SELECT count(*) FROM notes") == "0")
    }
  }
}
