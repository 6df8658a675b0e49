import Policies
import Postgres
import TestSupport
import Testing

@Suite("Policy runners and locks")
struct PolicyLockTests {
  @Test("A table that is locked for longer than the timeout stops everything, and says so")
  func lockTimeout() throws {
    try TestServer.shared.withDatabase { connection, database in
      try PolicyFolder.withFolder { folder in
        try connection.execute("CREATE TABLE rooms (id int)")
        try folder.write("010.sql", "CREATE TABLE made (id int)")
        try folder.write("020.sql", "ALTER TABLE rooms ENABLE ROW LEVEL SECURITY")
        let other = try database.connect()
        defer { other.close() }
        try other.execute("BEGIN")
        try other.execute("LOCK TABLE rooms IN ACCESS SHARE MODE")
        let runner = PolicyRunner(lockTimeout: .milliseconds(150), toolVersion: "test")
        let error = #expect(throws: PolicyError.self) {
          try folder.apply(on: connection, runner: runner)
        }
        #expect(error?.cause?.sqlState == .lockNotAvailable)
        #expect(error?.remedy?.contains("150 ms") == true)
        #expect(error?.description.contains("020.sql:1:1: ") == true)
        #expect(try connection.execute("SELECT to_regclass('made')").scalar == nil)
        try other.execute("ROLLBACK")
        #expect(try folder.apply(on: connection, runner: runner).applied.count == 2)
      }
    }
  }

  @Test("A runner waits for another one for longer than the lock timeout, then does its work")
  func serialises() throws {
    let database = try TestServer.shared.makeDatabase()
    defer { try? database.drop() }
    let holder = try database.connect()
    // Inside the holder's transaction pg_stat_activity would stay as it was when first read.
    let observer = try database.connect()
    try holder.execute("BEGIN")
    try holder.execute(
      "SELECT pg_advisory_xact_lock($1::bigint)", [.text(String(PolicyRunner.advisoryLock))])
    let waiting = BackgroundWork {
      try PolicyFolder.withFolder { folder in
        try folder.write("010.sql", "SELECT 1")
        let connection = try database.connect()
        return try folder.apply(
          on: connection,
          runner: PolicyRunner(lockTimeout: .milliseconds(50), toolVersion: "test"))
      }
    }
    let isWaiting = try becomesTrue {
      try observer.execute(
        """
        SELECT EXISTS (
          SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event = 'advisory'
            AND clock_timestamp() - query_start > interval '200 milliseconds')
        """
      ).scalar == "t"
    }
    #expect(isWaiting)
    #expect(try observer.execute("SELECT to_regclass('dbtool.policies')").scalar == nil)
    try holder.execute("COMMIT")
    #expect(try waiting.wait().applied == ["010.sql"])
  }

  @Test("Two runners at once both end well")
  func twoAtOnce() async throws {
    let database = try TestServer.shared.makeDatabase()
    defer { try? database.drop() }
    let setup = try database.connect()
    try setup.execute("CREATE TABLE rooms (id int)")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try await onOwnThread {
            try PolicyFolder.withFolder { folder in
              try folder.write(
                "010.sql",
                "DROP POLICY IF EXISTS p ON rooms; CREATE POLICY p ON rooms USING (true);")
              _ = try folder.apply(on: try database.connect())
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try setup.execute("SELECT count(*) FROM pg_policies").scalar == "1")
    #expect(try setup.execute("SELECT count(*) FROM dbtool.policies").scalar == "1")
  }
}
