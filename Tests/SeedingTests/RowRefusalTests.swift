import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

@Suite("Rows that the table refuses")
struct RowRefusalTests {
  /// A file of 300 rows, some over two lines, with one row replaced; and the line of that row.
  private static func rows(_ bad: String, at number: Int) -> (text: String, line: Int) {
    var text = "id,name,capacity\n"
    var line = 2
    var badLine = 0
    for row in 1...300 {
      let record =
        row == number ? bad : row % 3 == 0 ? "\(row),\"two\nlines\",\(row)" : "\(row),one,\(row)"
      if row == number { badLine = line }
      line += record.utf8.count { $0 == 0x0A } + 1
      text += record + "\n"
    }
    return (text, badLine)
  }

  @Test(
    "the row is found: its line, the column and the value",
    arguments: [
      ("ALTER TABLE rooms ADD CHECK (capacity > 0)", "777,\"a\nb\",-5", "capacity", "-5", "23514"),
      ("ALTER TABLE rooms ALTER name SET NOT NULL", "777,,5", "name", "NULL", "23502"),
      ("ALTER TABLE rooms ADD FOREIGN KEY (note) REFERENCES words", "777,,5", nil, nil, "23503"),
      (
        "ALTER TABLE rooms ALTER note DROP DEFAULT, ADD FOREIGN KEY (name) REFERENCES words",
        "777,nowhere,5", "name", "nowhere", "23503"
      ),
      (
        """
        ALTER TABLE rooms ADD FOREIGN KEY (name) REFERENCES words
        DEFERRABLE INITIALLY DEFERRED
        """, "777,nowhere,5", "name", "nowhere", "23503"
      ),
      ("CREATE UNIQUE INDEX ON rooms (lower(name)) WHERE capacity = 5000", "777,one,5", "", "", ""),
    ] as [(String, String, String?, String?, String)], [1, 150, 300])
  func found(
    _ refusal: (change: String, row: String, field: String?, value: String?, state: String),
    number: Int
  ) throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("INSERT INTO words VALUES ('one'), (E'two\\nlines')")
      if refusal.change.contains("(note)") {
        // All rows are refused: the first one is named.
        try hotel.admin.execute(refusal.change)
        try hotel.folder.write("010_rooms.csv", Self.rows("777,x,5", at: number).text)
        let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
        #expect(error?.line == 2 && error?.field == nil)
        return
      }
      try hotel.admin.execute(refusal.change)
      let (text, line) = Self.rows(refusal.row, at: number)
      try hotel.folder.write("010_rooms.csv", text)
      guard !refusal.state.isEmpty else {
        // Nothing is wrong but a key that row 7 has as well: left out, unless that is an error.
        try hotel.folder.run(hotel.client, tenants: [tenantA])
        return
      }
      let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(error?.line == line, "\(String(describing: error))")
      #expect(error?.cause?.sqlState?.rawValue == refusal.state)
      #expect(error?.field == refusal.field && error?.value == refusal.value)
      #expect(try hotel.scalar("SELECT count(*) FROM rooms") == "0")
      #expect(try hotel.column("SELECT file FROM dbtool.seeds").isEmpty)
    }
  }

  @Test("a policy's refusal and a trigger's are found as well")
  func policyAndTrigger() throws {
    try Hotel.with { hotel in
      try hotel.folder.write(
        "010_rooms.csv",
        "tenant_id,id,name\n\(tenantA),1,\"a\nb\"\n\(tenantA),2,b\n\(tenantB),3,c\n")
      var error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.line == 5 && error?.cause?.isPolicyRefusal == true)
      for statement in [
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.name = 'b' THEN RAISE 'no b'; END IF; RETURN NEW; END $$
        """,
        "CREATE TRIGGER refuse BEFORE INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION refuse()",
      ] { try hotel.admin.execute(statement) }
      error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.line == 4 && error?.message == "no b")
    }
  }

  @Test("a row may stand before the one that it refers to, and one that refers to none is found")
  func selfReference() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute(
        "CREATE TABLE nodes (id int PRIMARY KEY, parent int REFERENCES nodes)")
      try hotel.admin.execute("GRANT ALL ON nodes TO app_user")
      try hotel.folder.write("1_nodes.csv", "id,parent\n1,4\n2,3\n3,\n4,9\n5,1\n6,2\n")
      let error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, tenants: [tenantA])
      }
      #expect(error?.line == 5 && error?.field == "parent" && error?.value == "9")
      try hotel.folder.write("1_nodes.csv", "id,parent\n1,4\n2,3\n3,\n4,\n")
      #expect(try hotel.folder.run(hotel.client, tenants: [tenantA]).rows == 4)
    }
  }

  @Test(
    "lines are counted as an editor does, whatever ends them",
    arguments: ["\n", "\r\n", "\r"], ["", ",${tenant_id}"])
  func lineEnds(end: String, more: String) throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("ALTER TABLE rooms ADD CHECK (capacity < 9)")
      let head = "id,\"capacity\",name" + (more.isEmpty ? "" : ",note")
      for (bad, field) in [("many", "capacity"), ("99", "capacity")] {
        try hotel.folder.write(
          "010_rooms.csv",
          [
            head, "1,2,\"a\(end)b\"\(more)", "2,2,\"a\(end)\(end)c\"\(more)", "3,\(bad),x\(more)",
            "4,2,y\(more)", "",
          ].joined(separator: end))
        let error = #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
        #expect(error?.line == 7, "\(String(describing: error))")
        #expect(error?.field == field && error?.value == bad)
      }
    }
  }

  @Test("a file for the administrator goes straight into its table, and its rows are found too")
  func administrative() throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("CREATE TABLE log (id int, word text REFERENCES words)")
      try hotel.folder.write("1_words.csv", "word\na\nb\n")
      try hotel.folder.write("2_log.csv", "id,word\n1,a\n2,\"b\"\n")
      try hotel.folder.run(hotel.client, administrative: ["*.csv"])
      let kinds = hotel.recorder.records.map { "\($0.kind)" }
      #expect(kinds.count { $0 == "copy" } == 2 && !kinds.contains("ddl"), "\(kinds)")
      #expect(try hotel.scalar("SELECT count(*) FROM log") == "2")
      // Foreign keys are looked at when all is copied, and then no line is known.
      try hotel.folder.write("3_log.csv", "id,word\n3,a\n4,\"x\ny\"\n5,a\n")
      var error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, administrative: ["*.csv"])
      }
      #expect(error?.line == 3 && error?.field == "word" && error?.value == "x\ny")
      hotel.folder.remove("3_log.csv")
      try hotel.admin.execute("ALTER TABLE log ADD CHECK (id < 9)")
      try hotel.folder.write("3_log.csv", "id,word\n3,a\n9,b\n")
      error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, administrative: ["*.csv"])
      }
      #expect(error?.line == 3 && error?.field == "id" && error?.value == "9")
      hotel.folder.remove("3_log.csv")
      // Rows that are there already are left alone all the same, unless that is an error.
      try hotel.folder.write("4_words.csv", "word\nc\na\nd\n")
      let counts = try hotel.folder.run(hotel.client, administrative: ["*.csv"]).counts
      #expect(counts == [SeedRowCounts(written: 2, existing: 1)])
      try hotel.folder.write("seed.yaml", "files: {5_words.csv: {on-conflict: error}}")
      try hotel.folder.write("5_words.csv", "word\n\"e\n\"\na\nf\n")
      error = #expect(throws: SeedError.self) {
        try hotel.folder.run(hotel.client, administrative: ["*.csv"])
      }
      #expect(error?.line == 4 && error?.field == "word" && error?.value == "a")
      #expect(try hotel.scalar("SELECT count(*) FROM words") == "4")
    }
  }

  @Test("a file that changes while it is loaded is not loaded")
  func changesMeanwhile() throws {
    try Hotel.with { hotel in
      var text = "id,name\n"
      for number in 1...60_000 { text += "\(number),name\n" }
      for name in ["010_rooms.csv", "010_rooms.tsv"] {
        let content = name.hasSuffix("tsv") ? text.replacing(",", with: "\t") : text
        try hotel.folder.write(name, content)
        let plan = try SeedRunner(toolVersion: "test").plan(
          try hotel.folder.load(), tenants: [tenantA], client: hotel.client)
        let error = #expect(throws: SeedError.self) {
          try SeedRunner(toolVersion: "test").run(plan, client: hotel.client) { progress in
            guard case .sent(_, let bytes, _) = progress, bytes <= 262_144 else { return }
            try? hotel.folder.write(name, content.replacing("59999", with: "69999"))
          }
        }
        #expect(error?.code == .fileChanged)
        #expect(try hotel.scalar("SELECT count(*) FROM rooms") == "0")
        hotel.folder.remove(name)
      }
    }
  }
}
