import Policies
import Postgres
import TestSupport
import Testing

private let policyFile = """
  ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
  DROP POLICY IF EXISTS rooms_tenant ON rooms;
  CREATE POLICY rooms_tenant ON rooms USING (tenant = current_setting('app.tenant', true));
  """

private func policyNames(_ connection: any Connection) throws -> [String] {
  try connection.execute("SELECT policyname FROM pg_policies ORDER BY 1").rows.map { $0.text(0) }
}

private func ledgerNames(_ connection: any Connection) throws -> [String] {
  try connection.execute("SELECT name FROM dbtool.policies ORDER BY 1").rows.map { $0.text(0) }
}

/// Runs `body` with a database that has a table, and a folder with one policy file.
private func withRooms(
  _ body: (LibPQConnection, PolicyFolder, TestDatabase) throws -> Void
) throws {
  try TestServer.shared.ensureRoles()
  try TestServer.shared.withDatabase { connection, database in
    try PolicyFolder.withFolder { folder in
      try connection.execute("CREATE TABLE rooms (tenant text, id int)")
      try folder.write("010_rooms.sql", policyFile)
      try body(connection, folder, database)
    }
  }
}

@Suite("Applying policy files")
struct PolicyRunnerTests {
  @Test("New files are applied and noted in the ledger")
  func new() throws {
    try withRooms { connection, folder, _ in
      let id = "6b1b8a46-7a5e-4a0e-9d53-0d0b6c1e8a11"
      let runner = PolicyRunner(toolVersion: "1.2.3", runID: id)
      let plan = try runner.plan(try folder.load(), on: connection)
      #expect(plan.entries.map(\.state) == [.new])
      #expect(plan.description == "new      010_rooms.sql")
      let report = try runner.apply(plan, on: connection)
      #expect(report.applied == ["010_rooms.sql"])
      #expect(report.statementCount == 3)
      #expect(try policyNames(connection) == ["rooms_tenant"])
      let row = try connection.execute(
        """
        SELECT name, checksum, applied_by = session_user, tool_version, run_id,
          applied_at > now() - interval '1 minute'
        FROM dbtool.policies
        """
      ).rows.first
      #expect(row?[0] == "010_rooms.sql")
      #expect(row?[1] == plan.entries.first?.file.checksum)
      #expect(row?[1]?.count == 64)
      #expect(row?.bool(2) == true)
      #expect(row?[3] == "1.2.3")
      #expect(row?[4] == id)
      #expect(row?.bool(5) == true)
    }
  }

  @Test("Planning changes nothing, not even the ledger")
  func planningIsReadOnly() throws {
    try withRooms { connection, folder, _ in
      _ = try PolicyRunner(toolVersion: "test").plan(try folder.load(), on: connection)
      #expect(try connection.execute("SELECT to_regnamespace('dbtool')").scalar == nil)
    }
  }

  @Test("Applying waits once for the server, and with nothing to do once in all")
  func networkWaits() throws {
    try withRooms { connection, folder, _ in
      let runner = PolicyRunner(toolVersion: "test")
      for number in 20..<40 { try folder.write("0\(number).sql", policyFile) }
      let plan = try runner.plan(try folder.load(), on: connection)
      let first = CountingConnection(connection)
      try runner.apply(plan, on: first)
      #expect(first.waits == 1)
      let second = CountingConnection(connection)
      let report = try folder.apply(on: second)
      #expect(report.applied.isEmpty)
      #expect(second.waits == 1)
    }
  }

  @Test("One changed file has all files applied again, in order")
  func changed() throws {
    try withRooms { connection, folder, _ in
      try connection.execute("CREATE TABLE seen (n int GENERATED ALWAYS AS IDENTITY, file text)")
      try folder.write("020.sql", "INSERT INTO seen (file) VALUES ('020')")
      try folder.write("030.sql", "INSERT INTO seen (file) VALUES ('030')")
      try folder.apply(on: connection)
      try folder.write("030.sql", "INSERT INTO seen (file) VALUES ('030 edited')")
      let plan = try PolicyRunner(toolVersion: "test").plan(try folder.load(), on: connection)
      #expect(plan.entries.map(\.state) == [.unchanged, .unchanged, .changed])
      #expect(
        plan.description == "again    010_rooms.sql\nagain    020.sql\nchanged  030.sql")
      try PolicyRunner(toolVersion: "test").apply(plan, on: connection)
      let seen = try connection.execute("SELECT file FROM seen ORDER BY n").rows.map { $0.text(0) }
      #expect(seen == ["020", "030", "020", "030 edited"])
      #expect(try policyNames(connection) == ["rooms_tenant"])
      #expect(try folder.apply(on: connection).applied == [])
    }
  }

  @Test("A removed file leaves the ledger, and its policies stay")
  func removed() throws {
    try withRooms { connection, folder, _ in
      try folder.write("020.sql", "SELECT 1")
      try folder.apply(on: connection)
      folder.remove("010_rooms.sql")
      let runner = PolicyRunner(toolVersion: "test")
      let plan = try runner.plan(try folder.load(), on: connection)
      #expect(plan.removed == ["010_rooms.sql"])
      #expect(plan.filesToApply.isEmpty)
      #expect(plan.description.contains("policies that it made stay in the database"))
      #expect(try runner.apply(plan, on: connection).forgotten == ["010_rooms.sql"])
      #expect(try ledgerNames(connection) == ["020.sql"])
      #expect(try policyNames(connection) == ["rooms_tenant"])
      #expect(try folder.apply(on: connection).forgotten == [])
    }
  }

  @Test("A failing statement is reported where it stands, and nothing is changed")
  func failure() throws {
    try withRooms { connection, folder, _ in
      try folder.write("020.sql", "SELECT 'é';\nSELECT 1, /* ü */ nonsense\n  FROM rooms;\n")
      try folder.write("030.sql", "SELECT 1")
      let error = #expect(throws: PolicyError.self) { try folder.apply(on: connection) }
      #expect(error?.code == .statementFailed)
      #expect(error?.cause?.sqlState == "42703")
      #expect(error?.description.contains("/020.sql:2:19: column \"nonsense\" does not") == true)
      #expect(error?.description.contains("(SQLSTATE 42703)") == true)
      #expect(error?.description.contains("Nothing was changed.") == true)
      #expect(try policyNames(connection).isEmpty)
      #expect(try connection.execute("SELECT to_regnamespace('dbtool')").scalar == nil)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test("The server's detail and hint are part of the error")
  func detailAndHint() throws {
    try withRooms { connection, folder, _ in
      try folder.write(
        "020.sql",
        "DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'because', HINT = 'do this'; END $$")
      let error = #expect(throws: PolicyError.self) { try folder.apply(on: connection) }
      #expect(error?.description.contains("detail: because\n  hint: do this") == true)
    }
  }

  @Test("What a file sets reaches neither the next file, nor the ledger, nor the session")
  func sessionState() throws {
    try withRooms { connection, folder, _ in
      try connection.execute("CREATE SCHEMA other; ")
      let before = try connection.execute("SHOW search_path").scalar
      try folder.write(
        "020.sql",
        """
        SET search_path = other;
        SET lock_timeout = '0';
        SET app.current_tenant_id = 'x';
        SET SESSION AUTHORIZATION app_user;
        SET ROLE app_user;
        """)
      try folder.write(
        "030.sql",
        """
        DO $$ BEGIN
          ASSERT current_user = session_user AND current_user <> 'app_user', current_user;
          ASSERT current_setting('search_path') <> 'other', 'search_path';
          ASSERT current_setting('lock_timeout') = '5s', 'lock_timeout';
          ASSERT coalesce(current_setting('app.current_tenant_id', true), '') = '', 'tenant';
        END $$;
        SET LOCAL ROLE app_user;
        SET search_path = other;
        """)
      try folder.apply(on: connection)
      #expect(try ledgerNames(connection).count == 3)
      #expect(try connection.execute("SHOW search_path").scalar == before)
      #expect(try connection.execute("SHOW lock_timeout").scalar == "0")
      #expect(try connection.execute("SELECT current_user = 'app_user'").scalar == "f")
    }
  }

  @Test("An open transaction is refused, because committing it is not this runner's business")
  func openTransaction() throws {
    try withRooms { connection, folder, _ in
      try connection.execute("BEGIN")
      let error = #expect(throws: PolicyError.self) { try folder.apply(on: connection) }
      #expect(error?.code == .openTransaction)
      #expect(connection.transactionStatus == .inTransaction)
    }
  }

  @Test("A deferred constraint that fails at COMMIT is reported, and nothing is changed")
  func deferredConstraint() throws {
    try withRooms { connection, folder, _ in
      try connection.execute("CREATE TABLE parents (id int PRIMARY KEY)")
      try connection.execute(
        "CREATE TABLE children (parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)")
      try folder.write("020.sql", "INSERT INTO children VALUES (7)")
      let error = #expect(throws: PolicyError.self) { try folder.apply(on: connection) }
      #expect(error?.code == .transactionFailed)
      #expect(error?.cause?.sqlState == .foreignKeyViolation)
      #expect(error?.message.hasPrefix("COMMIT was refused") == true)
      #expect(try policyNames(connection).isEmpty)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test("A connection that is lost leaves nothing behind and is told apart")
  func connectionLost() throws {
    try withRooms { connection, folder, database in
      try folder.write("020.sql", "SELECT pg_terminate_backend(pg_backend_pid())")
      let error = #expect(throws: PolicyError.self) { try folder.apply(on: connection) }
      #expect(error?.code == .connectionLost)
      let other = try database.connect()
      defer { other.close() }
      #expect(try policyNames(other).isEmpty)
    }
  }

  @Test("A database owner who is no superuser can apply, and later one who may not create schemas")
  func unprivileged() throws {
    try withRooms { connection, folder, database in
      let owner = "owner_" + database.name
      try connection.execute("CREATE ROLE \(owner) LOGIN")
      defer {
        _ = try? connection.execute("DROP OWNED BY \(owner) CASCADE")
        _ = try? connection.execute("ALTER DATABASE \(database.name) OWNER TO CURRENT_USER")
        _ = try? connection.execute("DROP ROLE \(owner)")
      }
      try connection.execute("ALTER TABLE rooms OWNER TO \(owner)")
      try connection.execute("GRANT CREATE ON DATABASE \(database.name) TO \(owner)")
      let session = try database.connect(as: owner)
      defer { session.close() }
      #expect(try folder.apply(on: session).applied == ["010_rooms.sql"])
      #expect(
        try session.execute("SELECT applied_by FROM dbtool.policies").scalar == owner)
      try connection.execute("REVOKE CREATE ON DATABASE \(database.name) FROM \(owner)")
      try folder.write("010_rooms.sql", policyFile + "-- edited")
      #expect(try folder.apply(on: session).applied == ["010_rooms.sql"])
    }
  }
}
