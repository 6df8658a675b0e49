import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("The files of other tools")
struct LayoutTests {
  /// Two migrations each, the second one outside a transaction where the layout can say so.
  static let folders: [(MigrationLayout, [String: String])] = [
    (
      .golangMigrate,
      [
        "1_a.up.sql": "CREATE TABLE a (id bigint)", "1_a.down.sql": "DROP TABLE a",
        "2_b.up.sql": "CREATE INDEX b ON a (id)", "2_b.down.sql": "DROP INDEX b",
      ]
    ),
    (
      .dbmate,
      [
        "1_a.sql": "-- migrate:up\nCREATE TABLE a (id bigint);\n\n-- migrate:down\nDROP TABLE a;\n",
        "2_b.sql": "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY b ON a (id);\n"
          + "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY b;\n",
      ]
    ),
    (
      .goose,
      [
        "00001_a.sql": "-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE a (id bigint);\n"
          + "-- +goose StatementEnd\n-- +goose Down\nDROP TABLE a;\n",
        "00002_b.sql":
          "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY b ON a (id);\n"
          + "-- +goose Down\nDROP INDEX b;\n",
      ]
    ),
    (
      .flyway,
      [
        "V1__a.sql": "CREATE TABLE a (id bigint)", "U1__a.sql": "DROP TABLE a",
        "V2__b.sql": "CREATE INDEX b ON a (id)", "U2__b.sql": "DROP INDEX b",
      ]
    ),
  ]

  @Test("are applied, taken back and applied again as they lie there", arguments: folders)
  func upDownUp(layout: MigrationLayout, files: [String: String]) throws {
    try Workbench.run(files) { bench in
      func directory() throws -> MigrationDirectory {
        try MigrationDirectory.load(bench.folder, layout: layout)
      }
      for _ in 1...2 {
        try bench.apply(.up(directory(), bench.ledger()))
        #expect(try bench.scalar("SELECT to_regclass('b') IS NOT NULL") == "t")
        #expect(try MigrationStatus(directory(), bench.ledger()).isUpToDate)
        try bench.apply(.down(directory(), bench.ledger(), steps: 2))
        #expect(try bench.tables() == [])
      }
      #expect(try directory().migrations.map(\.name) == ["a", "b"])
    }
  }

  @Test("an error stands at its line of the whole file")
  func places() throws {
    let text = "-- migrate:up\nCREATE TABLE a (id bigint);\n\n-- migrate:down\nDROP TABEL a;\n"
    try Workbench.run(["1_a.sql": text]) { bench in
      let directory = try MigrationDirectory.load(bench.folder, layout: .dbmate)
      try bench.apply(.up(directory, bench.ledger()))
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.down(directory, bench.ledger(), steps: 1)
      }
      #expect(error?.line == 5 && error?.column == 6)
    }
  }

  @Test("the way back may be missing, the way up may not")
  func missingParts() throws {
    try withFolder(["1_a.sql": "-- migrate:up\nSELECT 1;\n", "2_b.sql": "SELECT 2;\n"]) { folder in
      let directory = try MigrationDirectory.load(folder, layout: .dbmate)
      #expect(directory.migrations.map(\.downFile) == [nil, nil])
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.up(directory, MigrationLedger())
      }
      #expect(error?.file?.hasSuffix("2_b.sql") == true)
    }
  }

  @Test(
    "a name that the layout does not know is refused with what it should be",
    arguments: [
      (MigrationLayout.flyway, "R__views.sql", "folder of policies"),
      (.flyway, "V1.2__a.sql", "one integer"), (.flyway, "1_a.sql", "neither V nor U"),
      (.flyway, "V1_a.sql", "no __"), (.dbmate, "a.sql", "does not begin with a version"),
      (.dbtool, "1_a.sql", "ends in none"),
    ])
  func names(layout: MigrationLayout, name: String, reason: String) throws {
    try withFolder([name: "SELECT 1"]) { folder in
      let error = #expect(throws: MigrationError.self) {
        try MigrationDirectory.load(folder, layout: layout)
      }
      #expect(error?.message.contains(reason) == true, "\(error as Any)")
    }
  }

  @Test("Supabase's files have no way back")
  func supabase() throws {
    try Workbench.run(["20240101000000_a.sql": "CREATE TABLE a (id bigint)"]) { bench in
      let directory = try MigrationDirectory.load(bench.folder, layout: .supabase)
      try bench.apply(.up(directory, bench.ledger()))
      #expect(throws: MigrationError.self) {
        try MigrationPlan.down(directory, bench.ledger(), steps: 1)
      }
    }
  }

  @Test("line ends of Windows divide a file as well, and places stay what they are")
  func carriageReturns() throws {
    let text =
      "-- migrate:up\r\nCREATE TABLE a (id bigint);\r\n\r\n-- migrate:down\r\nDROP TABEL a;\r\n"
    try Workbench.run(["1_a.sql": text]) { bench in
      let directory = try MigrationDirectory.load(bench.folder, layout: .dbmate)
      try bench.apply(.up(directory, bench.ledger()))
      #expect(try bench.tables() == ["public.a"])
      let error = #expect(throws: MigrationError.self) {
        try MigrationPlan.down(directory, bench.ledger(), steps: 1)
      }
      #expect(error?.line == 5 && error?.column == 6)
    }
  }

  @Test("comments before the first part are of the whole file, statements there of none")
  func head() throws {
    let text = """
      -- dbtool: lock-timeout=7s
      DROP TABLE nothing;
      -- migrate:up
      CREATE TABLE a (id bigint);
      -- migrate:down
      DROP TABLE a;
      """
    try withFolder(["1_a.sql": text]) { folder in
      for isDown in [false, true] {
        let script = try MigrationScript.load(
          folder + "/1_a.sql", layout: .dbmate, isDown: isDown)
        #expect(script.directives.lockTimeout == "7s")
        #expect(script.statements.count == 1)
      }
    }
  }
}
