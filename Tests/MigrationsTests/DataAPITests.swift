import DataAPI
import DataAPIServer
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Migrations over the Data API")
struct DataAPITests {
  private static let files = [
    "1_tables.up.sql": "CREATE TABLE a (n int PRIMARY KEY);\nINSERT INTO a VALUES (1);",
    "2_more.up.sql": "CREATE TABLE b (n int REFERENCES a);\nINSERT INTO b VALUES (1);",
    "3_index.up.sql": "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY b_n ON b (n);",
    "4_last.up.sql": "ALTER TABLE b ADD COLUMN m text DEFAULT 'x;y';\nUPDATE b SET m = 'z';",
  ]

  private static let options = MigrationOptions(
    toolVersion: "0.0-test", waitLimit: .seconds(5))

  private func up(_ bench: Workbench, on connection: any Connection) throws -> [Int64] {
    let directory = try bench.load()
    let ledger = try MigrationLedger.read(on: connection)
    let plan = try MigrationPlan.up(directory, ledger)
    return try MigrationRunner.apply(plan, on: connection, options: Self.options)
      .finished.map(\.step.migration.version)
  }

  private func state(_ bench: Workbench) throws -> [String?] {
    let queries = [
      "SELECT string_agg(version::text, ',' ORDER BY version) FROM dbtool.migrations",
      "SELECT string_agg(n || m, ',') FROM b", "SELECT count(*)::text FROM a",
      "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'b_n'::regclass",
      "SELECT count(*)::text FROM dbtool.migration_lease",
      "SELECT count(*)::text FROM dbtool.migration_progress",
    ]
    return try queries.map { try bench.connection.execute($0).scalar }
  }

  private static let done = ["1,2,3,4", "1z", "1", "true", "0", "0"]

  @Test("a migration in a transaction costs three calls, however many statements it has")
  func calls() throws {
    let many = (1...200).map { "CREATE TABLE t\($0) (a int);" }.joined(separator: "\n")
    try Workbench.run(["1_first.up.sql": "CREATE TABLE x ();"]) { bench in
      let api = try LocalDataAPI(bench.database)
      let connection = try api.connect()
      #expect(try up(bench, on: connection) == [1])
      func calls() throws -> Int {
        let before = api.server.callCount
        _ = try up(bench, on: connection)
        return api.server.callCount - before
      }
      let none = try calls()
      try bench.write("2_one.up.sql", "CREATE TABLE y ();")
      let one = try calls()
      try bench.write("3_many.up.sql", many)
      #expect(try calls() == one)
      try bench.write("4_two.up.sql", "CREATE TABLE z ();")
      try bench.write("5_two.up.sql", "CREATE TABLE w ();")
      #expect(try calls() == one + 3)
      #expect(one - none < 10)
    }
  }

  @Test("an error names file, line and column, although the statements went as one")
  func places() throws {
    let files = [
      "1_bad.up.sql": "CREATE TABLE a (n int);\n\nINSERT INTO a\n  SELECT nonsense FROM a;\n"
    ]
    try Workbench.run(files) { bench in
      let api = try LocalDataAPI(bench.database)
      let connection = try api.connect()
      let error = #expect(throws: MigrationError.self) { try up(bench, on: connection) }
      #expect(error?.line == 4 && error?.column == 10, "\(String(describing: error))")
      #expect(error?.postgres?.sqlState == "42703")
      #expect(try bench.tables().isEmpty)
    }
  }

  @Test(
    "whatever goes wrong at whichever call, the end is right or a second run completes it",
    arguments: [Fault.Kind.throttling, .unavailable, .gatewayTimeout, .dropBefore, .dropAfter])
  func faults(_ kind: Fault.Kind) async throws {
    try await onOwnThread {
      var call = 1
      while true {
        var isReached = false
        try Workbench.run(Self.files) { bench in
          let api = try LocalDataAPI(bench.database) { options in
            options.faults = [Fault(kind, at: call)]
            // What a lost answer leaves open is in nobody's way for long.
            options.idleTimeout = .seconds(1)
          }
          let connection = try api.connect(attempts: call % 2 == 0 ? 1 : 3)
          do {
            _ = try up(bench, on: connection)
            isReached = api.server.callCount >= call
          } catch {
            isReached = true
            #expect(error is MigrationError, "\(kind) at call \(call): \(error)")
          }
          connection.close()
          let healthy = try LocalDataAPI(bench.database)
          let again = try healthy.connect()
          // A lease that could not be given back ends by itself; nobody wants to wait for that here.
          _ = try? bench.connection.execute("DELETE FROM dbtool.migration_lease")
          _ = try up(bench, on: again)
          #expect(try state(bench) == Self.done, "\(kind) at call \(call)")
        }
        if !isReached { break }
        call += 1
        #expect(call < 100)
      }
      #expect(call > 15)
    }
  }

  @Test("a cluster that is resuming is waited for, and that is told")
  func resuming() throws {
    try Workbench.run(Self.files) { bench in
      let api = try LocalDataAPI(bench.database) { $0.faults = [Fault(.resuming, count: 2)] }
      var waits = 0
      let connection = try api.connect { _ in waits += 1 }
      #expect(try up(bench, on: connection) == [1, 2, 3, 4])
      #expect(waits == 2)
    }
  }

  @Test("a statement that takes longer than a call goes on, and is waited for")
  func longStatements() throws {
    let files = [
      "1_slow.up.sql": "CREATE TABLE a (n int);\nSELECT pg_sleep(1.2);\nINSERT INTO a VALUES (1);",
      "2_bad.up.sql": "SELECT pg_sleep(1.2);\nSELECT 1/0;",
    ]
    try Workbench.run(files) { bench in
      let api = try LocalDataAPI(bench.database) { $0.callTimeout = .milliseconds(400) }
      let connection = try api.connect()
      let error = #expect(throws: MigrationError.self) { try up(bench, on: connection) }
      #expect(error?.message.contains("the Data API does not tell which") == true)
      #expect(try bench.connection.execute("SELECT count(*) FROM a").scalar == "1")
      #expect(try bench.ledger().entries.map(\.version) == [1])
    }
  }

  @Test("after a runner was killed the next one waits for its transaction to end, and says so")
  func killed() async throws {
    try await onOwnThread {
      try Workbench.run(["1_a.up.sql": "CREATE TABLE a ()"]) { bench in
        let api = try LocalDataAPI(bench.database) {
          $0.callTimeout = .milliseconds(800)
          $0.idleTimeout = .seconds(2)
        }
        #expect(try up(bench, on: api.connect()) == [1])
        // What a killed runner leaves: a lease, here one that has run out, and a transaction that has
        // it locked until the service ends that.
        let left = try api.connect()
        let lease = Lease(id: MigrationOptions.randomRunID(), place: .database)
        try left.execute(lease.acquisition.sql, lease.acquisition.parameters)
        try bench.connection.execute(
          "UPDATE dbtool.migration_lease SET expires_at = now() - interval '1 hour'")
        try left.execute("BEGIN", [])
        try left.execute(lease.renewal.sql, lease.renewal.parameters)
        try bench.write("2_b.up.sql", "CREATE TABLE b ()")
        let connection = try api.connect()
        let plan = try MigrationPlan.up(bench.load(), MigrationLedger.read(on: connection))
        var options = Self.options
        options.waitLimit = .seconds(30)
        var waits = 0
        try MigrationRunner.apply(plan, on: connection, options: options) { event in
          if case .waiting = event { waits += 1 }
        }
        left.close()
        #expect(waits >= 1)
        #expect(try bench.ledger().entries.map(\.version) == [1, 2])
      }
    }
  }
}
