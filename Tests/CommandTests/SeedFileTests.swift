import Foundation
import Postgres
import TestSupport
import Testing

@Suite("seed files from the command line", .besideOthers, .overBothTransports)
struct SeedFileTests {
  private static func withShop(_ body: (Project) throws -> Void) throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE kinds (kind text PRIMARY KEY);
        INSERT INTO kinds VALUES ('a'), ('b'), (E'a\\nb');
        GRANT SELECT ON kinds TO app_user;
        CREATE TABLE items (
          tenant_id text NOT NULL, id int NOT NULL, kind text REFERENCES kinds, price numeric
            CHECK (price > 0), note text DEFAULT 'none', data jsonb, tags text[], name text NOT NULL
            DEFAULT 'x', PRIMARY KEY (tenant_id, id));
        ALTER TABLE items ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON items USING (
          tenant_id = current_setting('app.current_tenant_id', true) AND kind IS DISTINCT FROM 'b');
        GRANT SELECT, INSERT, UPDATE ON items TO app_user;
        """)
      try project.write("dbtool.yaml", "seed: {role: app_user, tenants: [acme]}\n")
      try body(project)
    }
  }

  @Test("each format loads, with the tenant's id, NULL, the empty text and line breaks in it")
  func formats() throws {
    try Self.withShop { project in
      try project.write(
        "seeds/1_items.csv", "id,name,note,price\n1,\"a\n\"\"b\",,1\n2,${tenant_id},\"\",2\n")
      try project.write("seeds/2_items.csv", "id,name,note\r\n3,\"a\r\nb\",\r\n4,\"\",\"\"\r\n")
      try project.write("seeds/3_items.tsv", "id\tname\tnote\n5\ta\\tb\\nc\t\\N\n6\t\t\n")
      try project.write("seeds/4_items.tsv", "id\tname\tnote\n7\t${tenant_id}\\\\\t\\N\n")
      try project.write(
        "seeds/5_items.jsonl",
        #"""
        {"id": 8, "data": {"a": [1, "${tenant_id}"]}, "tags": ["a,\"b", null]}
        {"id": 9, "note": null, "name": "é\n"}
        """#)
      let outcome = try project.run("seed", "--format", "json")
      #expect(outcome.status == 0, "\(outcome)")
      let steps = try outcome.json()["steps"] as? [[String: Any]]
      #expect(steps?.map { $0["rows"] as? Int } == [2, 2, 2, 1, 2])
      let rows = try project.query(
        """
        SELECT string_agg(
          concat_ws('|', id, name, coalesce(note, 'NULL'), data, tags), ';' ORDER BY id)
        FROM items WHERE tenant_id = 'acme'
        """)
      #expect(
        rows == "1|a\n\"b|NULL;2|acme|;3|a\r\nb|NULL;4||;5|a\tb\nc|NULL;6||;7|acme\\|NULL;"
          + #"8|x|none|{"a": [1, "acme"]}|{"a,\"b",NULL};9|é\#n|NULL"#)
    }
  }

  @Test(
    "a row that is refused is told with file, line, column and value, and nothing is loaded",
    arguments: [
      ("items.csv", "id,kind,price\n1,a,1\n2,\"a\nb\",2\n3,a,many\n", 5, "price", "many"),
      ("items.csv", "id,kind,price\n1,a,1\n2,\"a\nb\",2\n3,a,-1\n4,a,-1", 5, "price", "-1"),
      ("items.csv", "id,name,price\n1,a,1\n2,\"a\nb\",2\n3,,1\n", 5, "name", "NULL"),
      ("items.csv", "id,kind\n1,a\n2,\"a\nb\"\n3,\"${tenant_id}\"\n", 5, "kind", "acme"),
      ("items.csv", "id,kind\n1,a\n2,\"a\nb\"\n3,b\n", 5, nil, nil),
      ("items.csv", "id,kind\n1,a\n2\n", 3, nil, "2"),
      ("items.tsv", "id\tkind\n1\ta\n2\ta\\nb\n3\tc\n", 4, "kind", "c"),
      ("items.tsv", "id\tprice\n1\t1\n2\tfew\n", 3, "price", "few"),
      ("items.jsonl", "{\"id\": 1}\n\n{\"id\": 2, \"price\": -3}\n", 3, "price", "-3"),
      ("items.jsonl", "{\"id\": 1, \"name\": \"\\n\"}\n{\"id\": \"x\"}\n", 2, "id", "x"),
      ("items.jsonl", "{\"id\": 1}\n{\"idd\": 2}\n", 2, "idd", nil),
      ("items.jsonl", "{\"id\": 1}\n{\"id\": 2", 2, nil, "{\"id\": 2"),
    ] as [(String, String, Int, String?, String?)])
  func refused(name: String, text: String, line: Int, field: String?, value: String?) throws {
    try Self.withShop { project in
      try project.write("seeds/0.sql", "INSERT INTO items (tenant_id, id) VALUES (${tenant_id}, 0)")
      try project.write("seeds/1_\(name)", text)
      let outcome = try project.run("seed", "--format", "json")
      let error = try outcome.jsonError()
      #expect(error["file"] as? String == "seeds/1_\(name)", "\(error)")
      #expect(error["line"] as? Int == line, "\(error)")
      #expect(error["field"] as? String == field, "\(error)")
      #expect(error["value"] as? String == value, "\(error)")
      #expect(error["tenant"] as? String == "acme")
      #expect(try project.query("SELECT string_agg(id::text, ',') FROM items") == "0")
    }
  }

  @Test("profiles run after base, rules update what is there, and a run says what it did")
  func profiles() throws {
    try Self.withShop { project in
      try project.write("seeds/base/010_items.csv", "id,name\n1,base\n2,base\n")
      try project.write("seeds/dev/010_items.csv", "id,name\n2,dev\n3,dev\n")
      try project.write("seeds/demo/010_items.csv", "id,name\n2,demo\n4,demo\n")
      try project.write("seeds/dev/seed.yaml", "files: {010_items.csv: {on-conflict: update}}\n")
      let dry = try project.run("seed", "--profile", "dev", "--dry-run")
      #expect(
        dry.stdout == """
          new      base/010_items.csv for tenant "acme"
          new      dev/010_items.csv for tenant "acme"

          """)
      let outcome = try project.run("seed", "--profile", "dev")
      #expect(outcome.status == 0, "\(outcome)")
      #expect(
        outcome.stderr.hasSuffix(
          "seed  dev/010_items.csv for tenant \"acme\"  2 rows, 1 of them updated\n"), "\(outcome)")
      try project.write(
        "dbtool.yaml", "seed: {role: app_user, tenants: [acme], profile: [dev, demo]}\n")
      let more = try project.run("seed")
      #expect(
        more.stderr == "seed  demo/010_items.csv for tenant \"acme\"  1 rows, 1 left out\n",
        "\(more)")
      let names = try project.query("SELECT string_agg(name, ',' ORDER BY id) FROM items")
      #expect(names == "base,dev,dev,demo")
      for (profile, words) in [("../x", "cannot be called"), ("prod", "no profile \"prod\"")] {
        let wrong = try project.run("seed", "--profile", profile)
        #expect(wrong.status == 2 && wrong.stderr.contains(words), "\(wrong)")
      }
      #expect(try project.run("seed", "--profile", "prod").stderr.contains("There are: demo, dev."))
    }
  }

  @Test("files for the administrator are named on the command line, or in YAML")
  func administrative() throws {
    try Self.withShop { project in
      try project.write("seeds/1_kinds.csv", "kind\nc\na\n")
      try project.write("seeds/2_kinds.tsv", "kind\nd\n")
      try project.write("seeds/3.sql", "INSERT INTO kinds VALUES ('e')")
      try project.write("seeds/4_kinds.jsonl", "{\"kind\": \"f\"}")
      try project.write("seeds/seed.yaml", "files: {4_kinds.jsonl: {as-admin: true}}")
      #expect(try project.run("seed").status == 3)
      let outcome = try project.run("seed", "--as-admin", "[0-9]*", "--as-admin", "*.sql")
      #expect(outcome.status == 2 && outcome.stderr.contains("\"[0-9]*\""), "\(outcome)")
      let good = try project.run("seed", "--as-admin", "?_kinds.?sv", "--as-admin", "3.sql")
      #expect(good.status == 0, "\(good)")
      #expect(good.stderr.contains("1_kinds.csv as administrator  1 rows, 1 left out"), "\(good)")
      #expect(try project.query("SELECT count(*) FROM kinds") == "7")
    }
  }

  @Test("an existing row is named under on-conflict: error, and nothing is loaded")
  func conflict() throws {
    try Self.withShop { project in
      try project.execute("INSERT INTO items (tenant_id, id) VALUES ('acme', 3);")
      try project.write("seeds/seed.yaml", "files: {1_items.csv: {on-conflict: error}}")
      try project.write("seeds/1_items.csv", "id,name\n1,a\n2,\"b\nb\"\n3,c\n4,d\n")
      let outcome = try project.run("seed")
      #expect(outcome.status == 3, "\(outcome)")
      #expect(
        outcome.stderr.contains("seeds/1_items.csv:5: duplicate key value violates unique"),
        "\(outcome)")
      #expect(outcome.stderr.contains("\n  column: id\n  value: 3\n"), "\(outcome)")
      #expect(try project.query("SELECT count(*) FROM items") == "1")
      try project.write(
        "seeds/seed.yaml", "files:\n  1_items.csv: {on-conflict: update, key: [name]}")
      let wrong = try project.run("seed")
      #expect(wrong.status == 2, "\(wrong)")
      #expect(
        wrong.stderr.contains("seeds/seed.yaml:2:1: table public.items has no unique key (name)"))
      #expect(wrong.stderr.contains("Its unique keys are: (tenant_id, id)."), "\(wrong)")
    }
  }

  @Test(
    "a hostile tenant id is a value in SQL and in rows",
    arguments: [
      "'; DROP TABLE items; --", #"\'; DROP TABLE items; --"#, "$$\n:x ${tenant_id}", "\"\\,",
    ])
  func hostile(tenant: String) throws {
    try Self.withShop { project in
      try project.write(
        "seeds/1.sql",
        "INSERT INTO items (tenant_id, id, name) VALUES (${tenant_id}, 1, 'it''s \\ ${tenant_id}')")
      try project.write("seeds/2_items.csv", "id,name\n2,\"<${tenant_id}\"\n")
      try project.write(
        "seeds/3_items.jsonl",
        "{\"id\": 3, \"data\": \"${tenant_id}\", \"tags\": [\"${tenant_id}\"]}")
      let outcome = try project.run("seed", "--tenant", tenant)
      #expect(outcome.status == 0, "\(outcome)")
      let name = "SELECT name FROM items WHERE id = "
      #expect(try project.query(name + "1") == "it's \\ " + tenant)
      #expect(try project.query(name + "2") == "<" + tenant)
      #expect(try project.query("SELECT data #>> '{}' FROM items WHERE id = 3") == tenant)
      #expect(try project.query("SELECT tags[1] FROM items WHERE id = 3") == tenant)
      #expect(try project.query("SELECT count(DISTINCT tenant_id) FROM items") == "1")
    }
  }

  @Test("cells of a megabyte pass, and what is sent in several requests arrives whole")
  func large() throws {
    try Self.withShop { project in
      let long = String(repeating: "é\"\\", count: 262_144)
      let quoted = long.replacing("\"", with: "\"\"")
      try project.write("seeds/1_items.csv", "id,name\n1,\"\(quoted)\"\n2,b\n")
      try project.write(
        "seeds/2_items.tsv", "id\tname\n3\t\(long.replacing("\\", with: "\\\\"))\n")
      var lines = ""
      for number in 4...40_003 { lines += "{\"id\": \(number), \"name\": \"name \(number)\"}\n" }
      try project.write("seeds/3_items.jsonl", lines)
      let outcome = try project.run("seed")
      #expect(outcome.status == 0, "\(outcome)")
      #expect(
        try project.query(
          "SELECT string_agg(octet_length(name)::text, ',') FROM items WHERE id < 4")
          == "1048576,1,1048576")
      #expect(
        try project.query("SELECT count(*) || ' ' || sum(id) FROM items WHERE id > 3")
          == "40000 800140000")
    }
  }

  @Test("a row too large for a request of the Data API is an error that says so, with its line")
  func tooLarge() throws {
    guard Transport.current == .dataAPI else { return }
    try Self.withShop { project in
      try project.write(
        "seeds/1_items.csv", "id,name\n1,a\n2,\(String(repeating: "x", count: 5_000_000))\n")
      let outcome = try project.run("seed", "--format", "json")
      #expect(outcome.status == 3 && outcome.stdout.utf8.count < 5_000, "\(outcome)")
      #expect(try outcome.jsonError()["line"] as? Int == 3, "\(outcome)")
      #expect(try project.query("SELECT count(*) FROM items") == "0")
    }
  }

  @Test("killed while it loads, nothing of the step is there, and the next run does it")
  func killed() throws {
    try Self.withShop { project in
      try project.execute(
        """
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF NEW.id = 900 THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END';
        CREATE TRIGGER wait BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION wait();
        """)
      try project.write("seeds/1_items.csv", "id,name\n1,first\n")
      var text = "id,name\n"
      for number in 2...1_000 { text += "\(number),name\n" }
      try project.write("seeds/2_items.csv", text)
      let run = try project.start(["seed"])
      let isWaiting = try eventually {
        try project.query(
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            + "AND wait_event = 'PgSleep'") != "0"
      }
      #expect(isWaiting)
      run.send(SIGKILL)
      #expect(try run.wait().status == -SIGKILL)
      #expect(try project.query("SELECT count(*) FROM items") == "1")
      #expect(try project.query("SELECT count(*) FROM dbtool.seeds") == "1")
      // The server learns of it when it speaks to the client next.
      _ = try project.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'
        """)
      let isGone = try eventually {
        try project.query(
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            + "AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'") == "0"
      }
      #expect(isGone)
      #expect(try project.query("SELECT count(*) FROM items") == "1")
      try project.execute("DROP TRIGGER wait ON items;")
      let again = try project.run("seed")
      #expect(again.status == 0, "\(again)")
      #expect(try project.query("SELECT count(*) FROM items") == "1000")
    }
  }
}
