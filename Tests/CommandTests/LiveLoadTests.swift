import Foundation
import LocalPostgres
import Postgres
import TestSupport
import Testing

@Suite("verify-rls --live under load", .besideOthers)
struct LiveLoadTests {
  private static let pgbench: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"]
    guard let found = try? PostgresBinaries.find(environmentPath: path) else { return nil }
    let program = found.directory + "/pgbench"
    return FileManager.default.isExecutableFile(atPath: program) ? program : nil
  }()

  /// A lax UPDATE and DELETE policy: without WHERE every row of the application would be locked.
  private static let schema = """
    CREATE TABLE tenants (id int PRIMARY KEY);
    CREATE TABLE rooms (id bigserial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants,
      visits int NOT NULL DEFAULT 0);
    CREATE TABLE bookings (id bigserial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants,
      room_id bigint NOT NULL REFERENCES rooms, serial bigserial);
    INSERT INTO tenants SELECT generate_series(1, 20);
    INSERT INTO rooms (tenant_id) SELECT 1 + g % 20 FROM generate_series(0, 1999) g;
    ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
    ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
    CREATE POLICY r ON rooms FOR SELECT
      USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::int);
    CREATE POLICY w ON rooms FOR UPDATE USING (true) WITH CHECK (true);
    CREATE POLICY d ON rooms FOR DELETE USING (true);
    CREATE POLICY p ON bookings
      USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::int);
    GRANT SELECT, UPDATE, DELETE ON rooms TO app_user;
    GRANT SELECT, INSERT, UPDATE, DELETE ON bookings TO app_user;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app_user;
    """

  private static let work = """
    \\set tenant random(1, 20)
    \\set room random(0, 99) * 20 + :tenant
    BEGIN;
    SELECT set_config('app.current_tenant_id', ':tenant', true);
    SET LOCAL ROLE app_user;
    UPDATE rooms SET visits = visits + 1 WHERE id = :room;
    INSERT INTO bookings (tenant_id, room_id) VALUES (:tenant, :room);
    COMMIT;
    """

  /// The strongest modes that the run may hold on a table.
  private static let allowed: Set<String> = [
    "AccessShareLock", "RowShareLock", "RowExclusiveLock",
  ]

  @Test(
    "no query of the application waits for it, no row of the application changes",
    .enabled(if: pgbench != nil, "pgbench is not installed"))
  func load() throws {
    let pgbench = try #require(Self.pgbench)
    try withProject { project in
      try project.execute(Self.schema)
      try project.write("work.sql", Self.work)
      let database = try #require(project.database)
      // Not for a time, which SIGALRM would end: who starts it may have that blocked.
      let load = try Tool.start(
        ["-n", "-c", "3", "-t", "1500", "-f", "work.sql", database.conninfo], program: pgbench,
        directory: project.directory)
      let watch = try database.connect()
      defer { watch.close() }
      let atWork = "SELECT (count(*) > 100)::text FROM bookings"
      #expect(try eventually { try watch.execute(atWork).scalar == "true" })

      var modes: Set<String> = []
      var longest = 0
      var runs = 0
      while load.isRunning {
        let run = try project.start(["verify-rls", "--role", "app_user", "--live"])
        while run.isRunning {
          let sample = try watch.execute(Self.sample).rows
          for row in sample {
            if let mode = row[0] { modes.insert(mode) }
            longest = max(longest, row.int(1) ?? 0)
          }
        }
        let outcome = try run.wait()
        // The lax policies are found, though nothing was locked to find them.
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.stdout.contains("[using-true] policy w on public.rooms"), "\(outcome)")
        #expect(outcome.stdout.contains("[using-true] policy d on public.rooms"), "\(outcome)")
        if load.isRunning {
          runs += 1
          #expect(outcome.stdout.contains("public.bookings_serial_seq"), "\(outcome)")
        }
      }
      let done = try load.wait()
      #expect(runs >= 1)
      #expect(done.status == 0 && done.stderr.contains("ERROR") == false, "\(done)")
      #expect(!modes.isEmpty && modes.isSubset(of: Self.allowed), "\(modes)")
      // In milliseconds; the bound is what a statement of the run itself may wait.
      #expect(longest < 250)

      // All that changed is what the application did.
      let count = try #require(
        done.stdout.split(separator: "\n").first { $0.contains("actually processed: ") }?
          .split(separator: " ").last.flatMap { Int($0.split(separator: "/")[0]) }, "\(done)")
      #expect(
        try project.query(
          """
          SELECT concat_ws(' ', (SELECT sum(visits) FROM rooms), (SELECT count(*) FROM bookings),
            (SELECT count(*) FROM rooms), (SELECT count(*) FROM tenants),
            (SELECT md5(string_agg(id || ':' || tenant_id, ' ' ORDER BY id)) FROM rooms)
              = (SELECT md5(string_agg(g + 1 || ':' || 1 + g % 20, ' ' ORDER BY g))
                 FROM generate_series(0, 1999) g))
          """) == "\(count) \(count) 2000 20 t")
    }
  }

  /// The modes of the run's locks on tables, and how long, in milliseconds, somebody has been
  /// waiting for it.
  private static let sample = """
    SELECT l.mode, NULL::int FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE a.datname = current_database() AND a.application_name NOT IN ('pgbench', '')
      AND a.pid <> pg_backend_pid() AND l.locktype = 'relation' AND l.granted
    UNION ALL
    SELECT NULL, (extract(epoch FROM clock_timestamp() - l.waitstart) * 1000)::int
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE NOT l.granted AND a.application_name = 'pgbench' AND EXISTS (
      SELECT FROM pg_stat_activity b
      WHERE b.pid = ANY (pg_blocking_pids(l.pid)) AND b.application_name <> 'pgbench')
    """
}
