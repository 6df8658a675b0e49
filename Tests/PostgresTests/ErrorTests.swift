import Postgres
import TestSupport
import Testing

@Suite("Errors and notices")
struct ErrorTests {
  @Test("an error carries what the server says of it")
  func fields() throws {
    try withSessions { connection, _ in
      try connection.execute("CREATE TABLE t (id int CONSTRAINT t_key PRIMARY KEY)")
      try connection.execute("INSERT INTO t VALUES (1)")
      let duplicate = #expect(throws: PostgresError.self) {
        try connection.execute("INSERT INTO t VALUES (1)")
      }
      #expect(duplicate?.code == .server)
      #expect(duplicate?.sqlState == .uniqueViolation)
      #expect(duplicate?.detail == "Key (id)=(1) already exists.")
      #expect(duplicate?.object?.constraint == "t_key")
      #expect(duplicate?.object?.table == "t")
      #expect(duplicate?.object?.schema == "public")
      #expect(duplicate?.serverFunction == "_bt_check_unique")

      let unknown = #expect(throws: PostgresError.self) {
        try connection.execute("SELECT 'é', idd FROM t")
      }
      #expect(unknown?.position == 13)
      #expect(unknown?.hint?.contains("t.id") == true)

      let raised = #expect(throws: PostgresError.self) {
        try connection.execute(
          "DO $$ BEGIN RAISE 'm' USING DETAIL = 'd', HINT = 'h', ERRCODE = 'AB123'; END $$")
      }
      #expect(raised?.description == "m (SQLSTATE AB123). d. Hint: h")
      #expect(raised?.context?.contains("PL/pgSQL") == true)
      #expect(raised?.object == nil)
    }
  }

  @Test("of a message without end the first megabyte is kept, whole characters at its end")
  func endless() throws {
    try withSessions { connection, _ in
      let raised = #expect(throws: PostgresError.self) {
        try connection.execute(
          "DO $$ BEGIN RAISE '%', repeat('é', 3000000) USING DETAIL = repeat('d', 2000000); END $$")
      }
      #expect(raised?.message.utf8.count ?? 0 < 1_100_000)
      #expect(raised?.message.hasPrefix("éééé") == true)
      #expect(raised?.message.hasSuffix("é… (the rest is left out)") == true)
      #expect(raised?.detail?.utf8.count ?? 0 < 1_100_000)
      try connection.execute("DO $$ BEGIN RAISE NOTICE '%', repeat('n', 3000000); END $$")
      let notices = connection.takeNotices()
      #expect(notices.count == 1)
      #expect(notices.first?.utf8.count ?? 0 < 1_100_000)
    }
  }

  @Test("a policy's refusal differs from a missing privilege")
  func policyRefusal() throws {
    try TestServer.shared.ensureRoles()
    try withSessions { connection, _ in
      for sql in [
        "CREATE TABLE t (i int)", "CREATE TABLE u (i int)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "GRANT INSERT ON t TO app_user", "SET ROLE app_user",
      ] { try connection.execute(sql) }
      let policy = #expect(throws: PostgresError.self) {
        try connection.execute("INSERT INTO t VALUES (1)")
      }
      let privilege = #expect(throws: PostgresError.self) {
        try connection.execute("INSERT INTO u VALUES (1)")
      }
      #expect(policy?.sqlState == privilege?.sqlState)
      #expect(policy?.isPolicyRefusal == true)
      #expect(privilege?.isPolicyRefusal == false)
    }
  }

  @Test(
    "no message of a failed connection holds the password",
    arguments: [
      "host=127.0.0.1 port=1 user=u password=hunter2secret",
      "postgres://u:hunter2secret@127.0.0.1:1/db", "postgres://u:hunter2secret%zz@127.0.0.1:1/db",
      "postgres://u:hunter2secret/x@127.0.0.1:1/db", "host=127.0.0.1 password='hunter2secret",
      "host=127.0.0.1 password=a hunter2secret", "postgres://u:hunter2secret@[::1/db",
      "postgres://u:hunter2secret#x@127.0.0.1:1/db", "postgres://u:x?hunter2secret@127.0.0.1:1/db",
      "postgres://u:a@hunter2secret@127.0.0.1:1/db", "postgres://u:p@h/db?hunter2secret=1",
    ])
  func password(conninfo: String) {
    let error = #expect(throws: PostgresError.self) {
      try LibPQConnection(conninfo: conninfo, connectTimeout: 2)
    }
    #expect(error?.code == .cannotConnect)
    #expect(error?.description.contains("hunter2secret") == false, "\(error?.description ?? "")")
    #expect(error?.message.isEmpty == false)
  }

  @Test("notices are kept until they are asked for, and not without end")
  func notices() throws {
    try withSessions { connection, _ in
      try connection.execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$")
      #expect(connection.takeNotices() == ["NOTICE:  one", "WARNING:  two"])
      #expect(connection.takeNotices().isEmpty)
      try connection.execute(
        "DO $$ BEGIN FOR i IN 1..5000 LOOP RAISE NOTICE '%', i; END LOOP; END $$")
      #expect(connection.takeNotices().count == 1_000)
    }
  }

  @Test("the state of the transaction is known")
  func transactionStatus() throws {
    try withSessions { connection, _ in
      #expect(connection.transactionStatus == .idle)
      try connection.execute("BEGIN")
      #expect(connection.transactionStatus == .inTransaction)
      #expect(throws: PostgresError.self) { try connection.execute("SELECT 1 / 0") }
      #expect(connection.transactionStatus == .failed)
      try connection.execute("ROLLBACK")
      #expect(connection.transactionStatus == .idle)
      connection.close()
      #expect(connection.transactionStatus == .unknown)
      #expect(connection.serverVersion == 0)
      connection.close()
    }
  }
}
