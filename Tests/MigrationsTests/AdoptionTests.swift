import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Taking over from another tool")
struct AdoptionTests {
  static let files = [
    "1_users.up.sql": "CREATE TABLE users (id bigint)",
    "2_rooms.up.sql": "CREATE TABLE rooms (id bigint)",
    "20240103120000_bookings.up.sql": "CREATE TABLE bookings (id bigint)",
  ]

  /// The ledger as the tool makes it, with the first two applied (or, by name, users and rooms).
  static let ledgers: [(ForeignTool, String)] = [
    (
      .dbmate,
      "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); "
        + "INSERT INTO schema_migrations VALUES ('1'), ('2')"
    ),
    (
      .golangMigrate,
      "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); "
        + "INSERT INTO schema_migrations VALUES (2, false)"
    ),
    (
      .goose,
      "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint, is_applied boolean, "
        + "tstamp timestamp DEFAULT now()); INSERT INTO goose_db_version (version_id, is_applied) "
        + "VALUES (0, true), (1, true), (2, true), (20240103120000, true), (20240103120000, false)"
    ),
    (
      .flyway,
      "CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50), "
        + "description varchar(200), type varchar(20), script varchar(1000), checksum integer, "
        + "installed_by varchar(100), installed_on timestamp DEFAULT now(), execution_time integer, "
        + "success boolean); INSERT INTO flyway_schema_history VALUES "
        + "(1, '1', 'users', 'SQL', 'V1__users.sql', 1, 'x', now(), 1, true), "
        + "(2, '1.5', 'rooms', 'SQL', 'V1.5__rooms.sql', 1, 'x', now(), 1, true), "
        + "(3, NULL, 'views', 'SQL', 'R__views.sql', 1, 'x', now(), 1, true)"
    ),
    (
      .liquibase,
      "CREATE TABLE databasechangelog (id varchar(255), author varchar(255), filename varchar(255), "
        + "dateexecuted timestamp, orderexecuted integer, exectype varchar(10), md5sum varchar(35)); "
        + "INSERT INTO databasechangelog VALUES ('1', 'a', 'db/users.sql', now(), 1, 'EXECUTED', ''), "
        + "('add-rooms', 'a', 'db/rooms.sql', now(), 2, 'EXECUTED', '')"
    ),
    (
      .sqitch,
      "CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text, change text, project text, "
        + "committed_at timestamptz DEFAULT clock_timestamp()); "
        + "INSERT INTO sqitch.changes VALUES ('a', 'users', 'p'), ('b', 'rooms', 'p')"
    ),
    (
      .prisma,
      "CREATE TABLE _prisma_migrations (id varchar(36), checksum varchar(64), finished_at timestamptz, "
        + "migration_name varchar(255), logs text, rolled_back_at timestamptz, "
        + "started_at timestamptz DEFAULT now(), applied_steps_count integer); "
        + "INSERT INTO _prisma_migrations (finished_at, migration_name, rolled_back_at) VALUES "
        + "(now(), '1_users', NULL), (now(), '2_rooms', NULL), (NULL, '20240103120000_bookings', now())"
    ),
    (
      .drizzle,
      "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial, hash text, "
        + "created_at bigint); INSERT INTO drizzle.__drizzle_migrations (hash, created_at) "
        + "VALUES ('x', 1700000000000), ('y', 1700000000001)"
    ),
    (
      .alembic,
      "CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES "
        + "('rooms')"
    ),
    (
      .supabase,
      "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations "
        + "(version text PRIMARY KEY, statements text[], name text); INSERT INTO "
        + "supabase_migrations.schema_migrations VALUES ('1', NULL, 'users'), ('2', NULL, 'rooms')"
    ),
    (
      .graphileMigrate,
      "CREATE SCHEMA graphile_migrate; CREATE TABLE graphile_migrate.migrations (hash text, "
        + "previous_hash text, filename text, date timestamptz DEFAULT now()); INSERT INTO "
        + "graphile_migrate.migrations VALUES ('a', NULL, '000001-users.sql'), ('b', 'a', '000002.sql')"
    ),
    (
      .yoyo,
      "CREATE TABLE _yoyo_migration (migration_hash varchar(64), migration_id varchar(255), "
        + "applied_at_utc timestamp); INSERT INTO _yoyo_migration VALUES ('a', '0001.users', now()), "
        + "('b', 'rooms', now())"
    ),
    (
      .nodePgMigrate,
      "CREATE TABLE pgmigrations (id serial, name varchar(255), run_on timestamp DEFAULT now()); "
        + "INSERT INTO pgmigrations (name) VALUES ('1_users'), ('2_rooms')"
    ),
    (
      .pgmigrate,
      "CREATE TABLE schema_version (version bigint, description text, type text, installed_by text, "
        + "installed_on timestamp); INSERT INTO schema_version VALUES (1, 'users', 'auto'), "
        + "(2, 'rooms', 'auto')"
    ),
  ]

  @Test("each ledger is recognised, and its rows find their files", arguments: ledgers)
  func adopts(tool: ForeignTool, ledger: String) throws {
    try Workbench.run(Self.files) { bench in
      try bench.connection.execute("DO $do$ BEGIN EXECUTE $sql$\(ledger)$sql$; END $do$")
      let found = try ForeignLedger.find(on: bench.connection)
      #expect(found.map(\.tool) == [tool])
      let change = try LedgerChange.adoption(
        of: #require(found.first), bench.load(), bench.ledger())
      #expect(change.recorded.map(\.version) == [1, 2])
      try change.apply(on: bench.connection, options: Workbench.options)
      #expect(try bench.status().entries.map(\.state) == [.applied, .applied, .pending])
      // Nothing was run, and the other ledger stands as it was.
      #expect(try bench.scalar("SELECT to_regclass('public.users')") == nil)
      #expect(try ForeignLedger.find(on: bench.connection) == found)
    }
  }

  @Test("Payload's dates with a line between day and time are versions")
  func payload() throws {
    try Workbench.run(Self.files) { bench in
      try bench.connection.execute(
        "CREATE TABLE payload_migrations (id serial, name varchar, batch numeric)")
      try bench.connection.execute(
        "INSERT INTO payload_migrations (name, batch) VALUES ('20240103_120000_bookings', 1)")
      let found = try ForeignLedger.find(on: bench.connection)
      let change = try LedgerChange.adoption(
        of: #require(found.first), bench.load(), bench.ledger())
      #expect(change.recorded.map(\.name) == ["bookings"])
      try bench.connection.execute(
        "INSERT INTO payload_migrations (name, batch) VALUES ('dev', -1)")
      let pushed = try #require(try ForeignLedger.find(on: bench.connection).first)
      #expect(throws: MigrationError.self) {
        try LedgerChange.adoption(of: pushed, bench.load(), bench.ledger())
      }
    }
  }

  @Test("Alembic's revisions are no versions, whatever digits they begin with")
  func alembic() throws {
    let head = ForeignLedger(
      tool: .alembic, entries: [.init(id: "2b1fa5c0de99", name: "2b1fa5c0de99")])
    try Workbench.run(["1_users.up.sql": "SELECT 1", "2_rooms.up.sql": "SELECT 2"]) { bench in
      let error = #expect(throws: MigrationError.self) {
        try LedgerChange.adoption(of: head, bench.load(), bench.ledger())
      }
      #expect(
        error?.remedy?.contains("VERSION_2b1fa5c0de99.up.sql") == true, "\(error?.remedy ?? "")")
      try bench.remove("2_rooms.up.sql")
      try bench.write("2_2b1fa5c0de99_rooms.up.sql", "SELECT 2")
      try bench.write("3_later.up.sql", "SELECT 3")
      let change = try LedgerChange.adoption(of: head, bench.load(), bench.ledger())
      #expect(change.recorded.map(\.version) == [1, 2])
    }
  }

  @Test("a dirty or failed row, and one without a file, are refused by name")
  func refusals() throws {
    try Workbench.run(Self.files) { bench in
      func adopt(_ entries: [ForeignLedger.Entry], skips: Bool = false) throws -> [Int64] {
        try LedgerChange.adoption(
          of: ForeignLedger(tool: .goose, entries: entries), bench.load(), bench.ledger(),
          skipsMissing: skips
        ).recorded.map(\.version)
      }
      let gone = ForeignLedger.Entry(id: "7")
      let dirty = ForeignLedger.Entry(id: "2", problem: "is marked dirty")
      let error = #expect(throws: MigrationError.self) { try adopt([gone, dirty]) }
      #expect(error?.related.map(\.code) == [.missingFile, .ledger])
      #expect(try adopt([gone, .init(id: "1")], skips: true) == [1])
      #expect(throws: MigrationError.self) { try adopt([dirty], skips: true) }
      // 1.5 is another migration than 1.
      #expect(throws: MigrationError.self) { try adopt([.init(id: "1.5")]) }
      try bench.up()
      #expect(throws: MigrationError.self) { try adopt([.init(id: "1")]) }
    }
  }
}
