import TestSupport
import Testing

@Suite("Naming and reaching a database", .besideOthers)
struct ConnectionTests {
  @Test(
    "a malformed URL ends with 2, and no part of its password is shown",
    arguments: [
      // An @ or / in a password that is not percent-encoded moves where the host begins.
      "postgres://u:zebra/quagga@h/d", "postgres://u:zebra@quagga@h/d",
      "postgres://u:1/quagga@h/d", "postgres://u:zebra?x/quagga@h/d", "postgres://u:zebra",
      "postgres://u:zebra%zzquagga@h/d", "postgres://u:zebra@[::1/d",
      "postgres://u:zebra@h:quagga/d", "postgres://u:zebra@h/d?quagga=1",
      "host=h password=zebra quagga", "host=h password=zebra quagga=1", "password='zebra",
      "mysql://u:zebra=quagga@h/d", "postgres://u:zebra@\u{301}quagga@h/d", "http://u:zebra@h/",
      "zebra",
    ])
  func malformed(url: String) throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      for format in ["text", "json"] {
        let outcome = try project.run("migrate", "up", "--format", format, "--url", url)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(!outcome.text.contains("zebra") && !outcome.text.contains("quagga"), "\(outcome)")
      }
    }
  }

  @Test(
    "a URL in the wrong place does not show its password either",
    // To Swift an accent is a part of the slash before it.
    arguments: ["postgres://u:zebra@quagga@h/d", "postgres://\u{301}u:zebra@quagga@h/d"])
  func misplaced(url: String) throws {
    for arguments in [[], ["--format", "text"], ["--format", "json"]] {
      for command in [["migrate", "up", url], ["migrate", "up", "--env", url], ["new", url]] {
        let outcome = try Tool.run(command + arguments, directory: "/")
        #expect(outcome.status == 2 && outcome.text.contains("u:***@h/d"), "\(outcome)")
        #expect(!outcome.text.contains("zebra") && !outcome.text.contains("quagga"), "\(outcome)")
      }
    }
  }

  @Test(
    "a password in a statement that fails is not shown",
    arguments: [
      "CREATE ROLE a LOGIN PASSWORD 'zebra' IN ROLE nobody_there",
      "ALTER ROLE nobody_there ENCRYPTED PASSWORD 'quagga''s zebra'",
      #"ALTER ROLE nobody_there PASSWORD E'quagga\'s zebra'"#,
      "ALTER ROLE nobody_there PASSWORD $p$zebra$p$",
      "DO $$ BEGIN EXECUTE 'ALTER ROLE nobody_there PASSWORD ''zebra'''; END $$",
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password=zebra dbname=d' PUBLICATION p",
      "CREATE USER MAPPING FOR CURRENT_USER SERVER nothing OPTIONS (user 'a', password 'zebra')",
      "ALTER ROLE nobody_there PASSWORD'zebra'", "ALTER ROLE nobody_there PASSWORD/* a */ 'zebra'",
      "ALTER ROLE nobody_there PASSWORD -- a\n 'zebra'",
      "ALTER ROLE nobody_there PASSWORD 'a'\n'zebra'",
      // Beyond where a statement is cut off.
      "ALTER ROLE nobody_there PASSWORD '\(String(repeating: "zebra ", count: 100))'",
    ])
  func statement(sql: String) throws {
    try withProject { project in
      try project.migration("1_a", sql)
      for format in ["text", "json"] {
        let outcome = try project.run("migrate", "up", "--format", format)
        #expect(outcome.status == 3 && outcome.text.contains("***"), "\(outcome)")
        #expect(!outcome.text.contains("zebra") && !outcome.text.contains("quagga"), "\(outcome)")
      }
    }
  }

  @Test("a server that is down ends with 3 and says what to look at")
  func down() throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      // Options may hold an @ without being mistaken for a password.
      let url = "postgres://u:zebra@127.0.0.1:1/d?application_name=a@b"
      let outcome = try project.run("migrate", "up", "--url", url)
      #expect(outcome.status == 3 && outcome.stderr.contains("Connection refused"), "\(outcome)")
      #expect(outcome.stderr.contains("check --url") && !outcome.text.contains("zebra"))
      let json = try project.run("migrate", "up", "--url", url, "--format", "json")
      #expect(try json.jsonError()["exitCode"] as? Int == 3)
    }
  }

  @Test("a wrong password ends with 3 and is not shown")
  func wrongPassword() throws {
    try withProject { project in
      try project.migration("1_a", "SELECT 1")
      let url = try #require(project.database?.url)
      let host = try #require(url.split(separator: "@").last)
      let outcome = try project.run("migrate", "up", "--url", "postgres://postgres:zebra@\(host)")
      #expect(outcome.status == 3 && !outcome.text.contains("zebra"), "\(outcome)")
      #expect(outcome.stderr.contains("password authentication failed"))
    }
  }

  @Test("on a read-only server status works, and changes end with 3 and a way out")
  func readOnly() throws {
    try withExample { project in
      let readOnly = ["PGOPTIONS": "-c default_transaction_read_only=on"]
      let status = try project.run("migrate", "status", environment: readOnly)
      #expect(status.status == 0 && status.stdout.contains("11 pending"), "\(status)")
      for command in [["migrate", "up"], ["policies", "apply"], ["seed"]] {
        let outcome = try project.run(command, environment: readOnly)
        #expect(outcome.status == 3 && outcome.stderr.contains("SQLSTATE 25006"), "\(outcome)")
        #expect(outcome.stderr.contains("connect to the primary server"), "\(outcome)")
      }
      #expect(try project.query("SELECT to_regnamespace('dbtool')::text") == nil)
    }
  }

  @Test("a statement timeout comes with what to do")
  func hasty() throws {
    try withExample { project in
      let hasty = ["PGOPTIONS": "-c statement_timeout=1ms"]
      let dump = try project.run("schema", "dump", environment: hasty)
      #expect(dump.status == 3 && dump.stderr.contains("SQLSTATE 57014"), "\(dump)")
      #expect(dump.stderr.contains("next: raise statement_timeout of the role"), "\(dump)")
    }
  }

  @Test(
    "what is said of a session that the server would not begin comes with what to do",
    .overBothTransports)
  func refusedSession() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE rooms (id int PRIMARY KEY);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
          AS 'BEGIN RAISE EXCEPTION ''no session'' USING ERRCODE = ''08006''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
      try project.write("seeds/1_rooms.sql", "-- dbtool: as-admin\nINSERT INTO rooms VALUES (1);")
      let seed = try project.run("seed")
      #expect(seed.status == 3 && seed.stderr.contains("no session"), "\(seed)")
      #expect(seed.stderr.contains("see that the server runs and can be reached"), "\(seed)")
    }
  }

  @Test("a session that is ended comes with what to do")
  func ended() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE rooms (id int PRIMARY KEY, tenant_id int NOT NULL);
        INSERT INTO rooms VALUES (1, 1);
        CREATE FUNCTION ended() RETURNS boolean LANGUAGE sql SECURITY DEFINER
          AS 'SELECT pg_terminate_backend(pg_backend_pid())';
        ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON rooms USING (ended());
        GRANT SELECT ON rooms TO app_user;
        """)
      for format in ["text", "json"] {
        let run = try project.run("verify-rls", "--role", "app_user", "--format", format)
        #expect(run.status == 3, "\(run)")
        #expect(run.text.contains("see that the server runs and can be reached"), "\(run)")
      }
    }
  }
}
