import Instrumentation
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
          try SeedFolder.withFolder { folder in
            // Not idempotent: were it run twice, there would be more rows.
            try folder.write("010.sql", "INSERT INTO notes VALUES ('x')")
            try folder.write("020.sql", "-- dbtool: as-admin\nINSERT INTO notes VALUES ('y')")
            let client = InstrumentedClient(
              connection: try database.connect(), role: "app_user", sink: Recorder())
            return try folder.run(client, tenants: ["a", "b", "c"]).ranCount
          }
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(ran == 4)
    #expect(try setup.execute("SELECT count(*) FROM notes").scalar == "4")
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
