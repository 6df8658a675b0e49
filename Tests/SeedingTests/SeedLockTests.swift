import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

@Suite("Seed runners and locks")
struct SeedLockTests {
  @Test("Of several runners at once each step is run by one, and all end well")
  func severalAtOnce() async throws {
    try TestServer.shared.ensureRoles()
    let database = try TestServer.shared.makeDatabase()
    defer { try? database.drop() }
    let setup = try database.connect()
    try setup.execute("CREATE TABLE notes (body text)")
    try setup.execute("GRANT ALL ON notes TO app_user")
    let ran = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try await onOwnThread {
            try SeedFolder.withFolder { folder in
              // Not idempotent: were it run twice, there would be more rows.
              try folder.write("010.sql", "INSERT INTO notes VALUES ('x')")
              try folder.write("020.sql", "-- dbtool: as-admin\nINSERT INTO notes VALUES ('y')")
              let client = InstrumentedClient(
                connection: try database.connect(), role: "app_user", mode: .exempt,
                sink: Recorder())
              return try folder.run(client, tenants: ["a", "b", "c"]).ranCount
            }
          }
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(ran == 4)
    #expect(try setup.execute("SELECT count(*) FROM notes").scalar == "4")
  }

  @Test("A runner waits for another one, and then skips what that one has done since its plan")
  func waits() throws {
    try TestServer.shared.ensureRoles()
    let database = try TestServer.shared.makeDatabase()
    defer { try? database.drop() }
    let observer = try database.connect()
    try observer.execute("CREATE TABLE notes (body text)")
    try observer.execute("GRANT ALL ON notes TO app_user")
    @Sendable func run(_ connection: LibPQConnection) throws -> Int {
      try SeedFolder.withFolder { folder in
        try folder.write("010.sql", "INSERT INTO notes VALUES ('x')")
        let client = InstrumentedClient(
          connection: connection, role: "app_user", mode: .exempt, sink: Recorder())
        return try folder.run(client, tenants: ["a"]).ranCount
      }
    }
    // A session may take its lock twice, so this one can hold it around a whole run.
    let holder = try database.connect()
    try holder.execute("SELECT pg_advisory_lock(\(SeedRunner.advisoryLock))")
    let waiting = BackgroundWork { try run(try database.connect()) }
    let isWaiting = try becomesTrue {
      try observer.execute(
        """
        SELECT EXISTS (
          SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event = 'advisory')
        """
      ).scalar == "t"
    }
    #expect(isWaiting)
    #expect(try run(holder) == 1)
    try holder.execute("SELECT pg_advisory_unlock(\(SeedRunner.advisoryLock))")
    #expect(try waiting.wait() == 0)
    #expect(try observer.execute("SELECT count(*) FROM notes").scalar == "1")
  }

  @Test("The lock is given back, after success and after failure")
  func unlocks() throws {
    try Hotel.with { hotel in
      let free = "SELECT pg_try_advisory_lock(\(SeedRunner.advisoryLock))"
      let unlock = "SELECT pg_advisory_unlock(\(SeedRunner.advisoryLock))"
      try hotel.folder.write("010.sql", "SELECT 1")
      try hotel.folder.run(hotel.client)
      #expect(try hotel.scalar(free) == "t")
      try hotel.admin.execute(unlock)
      try hotel.folder.write("020.sql", "SELECT 1/0")
      #expect(throws: SeedError.self) { try hotel.folder.run(hotel.client) }
      #expect(try hotel.scalar(free) == "t")
    }
  }
}
