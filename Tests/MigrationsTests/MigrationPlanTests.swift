import Testing

@testable import Migrations

@Suite("Migration plans")
struct MigrationPlanTests {
  private let files = [
    "1_a.up.sql": "CREATE TABLE a ();\nCREATE TABLE a2 ();", "1_a.down.sql": "DROP TABLE a",
    "2_b.up.sql": "CREATE TABLE b ()", "2_b.down.sql": "DROP TABLE b",
    "3_c.up.sql": "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY ON a (i)",
  ]

  /// Runs `body` with the folder and a ledger that has `versions` of it.
  private func with(
    _ files: [String: String]? = nil, applied versions: Int64...,
    body: (MigrationDirectory, MigrationLedger, String) throws -> Void
  ) throws {
    try withFolder(files ?? self.files) { folder in
      let directory = try MigrationDirectory.load(folder)
      let entries = versions.map { version in
        MigrationLedger.Entry(
          version: version, name: directory[version: version]?.name ?? "gone",
          checksum: directory[version: version]?.checksum ?? "0", appliedAt: "2026-01-01",
          durationMilliseconds: 1, appliedBy: "x")
      }
      try body(directory, MigrationLedger(exists: true, entries: entries), folder)
    }
  }

  @Test("pending migrations are planned in order and can be printed")
  func pending() throws {
    try with(applied: 1) { directory, ledger, folder in
      let plan = try MigrationPlan.up(directory, ledger)
      #expect(plan.steps.map(\.migration.version) == [2, 3])
      #expect(plan.steps.map(\.isTransactional) == [true, false])
      #expect(
        plan.description == """
          up 2_b (\(folder)/2_b.up.sql)
            1: CREATE TABLE b ()
          up 3_c (\(folder)/3_c.up.sql) outside a transaction
            2: CREATE INDEX CONCURRENTLY ON a (i)
          """)
    }
  }

  @Test("up goes to a version and no further, and nowhere if it is reached")
  func upTo() throws {
    try with(applied: 1) { directory, ledger, _ in
      let toTwo = try MigrationPlan.up(directory, ledger, to: 2)
      #expect(toTwo.steps.map(\.migration.version) == [2])
      #expect(try MigrationPlan.up(directory, ledger, to: 1).isEmpty)
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.up(directory, ledger, to: 7)
      }
      #expect(error?.code == .unknownVersion)
    }
  }

  @Test("an edited file, a missing file and a gap are refused together")
  func inconsistent() throws {
    try with(applied: 1, 3) { directory, ledger, folder in
      var ledger = ledger
      ledger.entries[0].checksum = "edited"
      ledger.entries.append(
        MigrationLedger.Entry(
          version: 4, name: "gone", checksum: "", appliedAt: "", durationMilliseconds: 0,
          appliedBy: ""))
      let error = #expect(throws: MigrationError.self) { try MigrationPlan.up(directory, ledger) }
      #expect(error?.code == .several)
      #expect(error?.related.map(\.code) == [.editedFile, .outOfOrder, .missingFile])
      #expect(error?.related.compactMap(\.remedy).count == 3)
      #expect(error?.description.contains(folder + "/1_a.up.sql") == true)
      #expect(error?.description.contains("4_gone") == true)
      let states = MigrationStatus(directory, ledger).entries.map(\.state)
      #expect(states == [.edited, .outOfOrder, .applied, .missing])
    }
  }

  @Test("status knows when everything is applied")
  func status() throws {
    try with(applied: 1, 2, 3) { directory, ledger, _ in
      #expect(MigrationStatus(directory, ledger).isUpToDate)
      #expect(!MigrationStatus(directory, MigrationLedger()).isUpToDate)
    }
  }

  @Test("all files that cannot be run are named before any is run")
  func badScripts() throws {
    let files = ["1_a.up.sql": "SELECT FROM FROM", "2_b.up.sql": "COMMIT"]
    try with(files) { directory, ledger, _ in
      let error = #expect(throws: MigrationError.self) { try MigrationPlan.up(directory, ledger) }
      #expect(error?.related.map(\.code) == [.syntax, .transactionControl])
    }
  }

  @Test("down takes the newest first, by number or to a version")
  func down() throws {
    try with(applied: 1, 2) { directory, ledger, _ in
      let newest = try MigrationPlan.down(directory, ledger)
      #expect(newest.steps.map(\.migration.version) == [2])
      #expect(
        try MigrationPlan.down(directory, ledger, to: 0).steps.map(\.migration.version) == [2, 1])
      #expect(
        try MigrationPlan.down(directory, ledger, steps: 9).steps.map(\.migration.version)
          == [2, 1])
      #expect(
        try MigrationPlan.down(directory, ledger, to: 1).steps.map(\.migration.version) == [2])
      #expect(try MigrationPlan.down(directory, ledger, to: 2).isEmpty)
      #expect(try MigrationPlan.down(directory, MigrationLedger()).isEmpty)
      for target: Int64 in [3, 7, -1] {
        let error = #expect(throws: MigrationError.self) {
          try MigrationPlan.down(directory, ledger, to: target)
        }
        #expect(error?.code == .unknownVersion)
      }
      #expect(throws: MigrationError.self) {
        try MigrationPlan.down(directory, ledger, steps: 0)
      }
    }
  }

  @Test("a missing down file is refused before anything runs, an empty one too")
  func noDownFile() throws {
    try with(applied: 1, 2, 3) { directory, ledger, _ in
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.down(directory, ledger, steps: 3)
      }
      #expect(error?.code == .noDownFile)
      #expect(error?.description.contains("3_c.down.sql") == true)
    }
    let files = ["1_a.up.sql": "SELECT 1", "1_a.down.sql": "-- nothing\n"]
    try with(files, applied: 1) { directory, ledger, _ in
      for plan in [MigrationPlan.redo, { try MigrationPlan.down($0, $1) }] {
        let error = #expect(throws: MigrationError.self) { try plan(directory, ledger) }
        #expect(error?.code == .emptyFile)
      }
    }
  }

  @Test("what is applied without a file cannot be taken back")
  func downWithoutFile() throws {
    try with(applied: 1, 2, 4) { directory, ledger, _ in
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.down(directory, ledger)
      }
      #expect(error?.code == .missingFile)
    }
  }

  @Test("down and redo take an edited file as it is now")
  func editedDown() throws {
    try with(applied: 1, 2) { directory, ledger, _ in
      var ledger = ledger
      ledger.entries[1].checksum = "edited"
      #expect(try MigrationPlan.down(directory, ledger).steps.count == 1)
      let redo = try MigrationPlan.redo(directory, ledger)
      #expect(redo.steps.map(\.direction) == [.down, .up])
      #expect(redo.steps.map(\.migration.version) == [2, 2])
    }
  }

  @Test("redo with nothing applied says so")
  func redoNothing() throws {
    try with { directory, ledger, _ in
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.redo(directory, ledger)
      }
      #expect(error?.code == .unknownVersion)
    }
  }

  @Test("a plan for the newest does not move on to another when the newest changes")
  func changedMeanwhile() throws {
    try with(applied: 1, 2) { directory, ledger, _ in
      let down = try MigrationPlan.down(directory, ledger)
      let downTo = try MigrationPlan.down(directory, ledger, to: 0)
      let up = try MigrationPlan.up(directory, ledger)
      var later = ledger
      later.entries.removeLast()
      let error = #expect(throws: MigrationError.self) { try down.replanned(for: later) }
      #expect(error?.code == .changedMeanwhile)
      #expect(try downTo.replanned(for: later).steps.map(\.migration.version) == [1])
      #expect(try up.replanned(for: later).steps.map(\.migration.version) == [2, 3])
    }
  }
}
