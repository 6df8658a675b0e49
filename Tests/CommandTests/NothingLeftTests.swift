import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The dumps hold roles as well, which other tests change: each test has a server of its own.
@Suite("verify-rls leaves nothing behind", .besideOthers)
struct NothingLeftTests {
  /// How a run ends.
  enum End: String, CaseIterable {
    case normal, live, terminated, interrupted, killed
  }

  /// Rows, a sequence that the probes use up, a trigger, a materialized view, and a policy that
  /// takes its time.
  private static func schema(isSlow: Bool) -> String {
    """
    CREATE TABLE tenants (id int PRIMARY KEY);
    CREATE TABLE rooms (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants,
      number serial, spare serial, name text NOT NULL);
    INSERT INTO tenants VALUES (1), (2);
    INSERT INTO rooms SELECT g, 1 + g % 2, g, g, 'room ' || g FROM generate_series(1, 40) g;
    CREATE FUNCTION own(tenant int) RETURNS boolean LANGUAGE plpgsql STABLE AS $f$
      BEGIN
        PERFORM pg_sleep(\(isSlow ? "0.25" : "0"));
        RETURN tenant = NULLIF(current_setting('app.current_tenant_id', true), '')::int;
      END $f$;
    ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
    ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON rooms USING (own(tenant_id));
    CREATE POLICY p ON tenants
      USING (id = NULLIF(current_setting('app.current_tenant_id', true), '')::int);
    CREATE MATERIALIZED VIEW names AS SELECT name FROM rooms;
    CREATE TABLE log (what text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $f$
      BEGIN INSERT INTO log VALUES (NEW.name); RETURN NULL; END $f$;
    CREATE TRIGGER note AFTER INSERT OR UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION note();
    CREATE ROLE auditor;
    GRANT auditor TO app_user;
    GRANT SELECT ON rooms TO auditor;
    GRANT SELECT, INSERT (id, tenant_id, number, name), UPDATE, DELETE ON rooms TO app_user;
    GRANT SELECT ON tenants, names TO app_user;
    GRANT USAGE ON SEQUENCE rooms_number_seq, rooms_spare_seq TO app_user;
    """
  }

  @Test("whatever way it ends", arguments: End.allCases)
  func ends(_ end: End) throws {
    let server = try TestServer.dedicated()
    try server.ensureRoles()
    try server.withDatabase { _, database in
      try withTemporaryDirectory { directory in
        try check(end, Project(directory: directory, database: database))
      }
    }
  }

  private func check(_ end: End, _ project: Project) throws {
    let isSlow = end != .normal && end != .live
    try project.execute(Self.schema(isSlow: isSlow))
    let before = try Remains(of: project)
    let options = ["verify-rls", "--role", "app_user", "--format", "json"]
    let run = try project.start(options + (end == .live ? ["--live"] : []))
    if isSlow {
      let isInTheMidst = try eventually { try project.query(Self.inTheMidst) == "1" }
      #expect(isInTheMidst)
    }
    try Self.stop(run, end, project)
    let outcome = try run.wait()
    #expect(outcome.status == Self.status(end), "\(outcome)")
    // The server learns of a killed client only when it next writes to it.
    let isLike = try eventually(within: 30) { try Remains(of: project).isLike(before) }
    let after = try Remains(of: project)
    let added = after.dump.filter { !before.dump.contains($0) }
    #expect(isLike, "\(added) \(after.activity)")
    guard !isSlow else { return }
    let noted = try #require(try outcome.json()["sequences"] as? [String])
    #expect(noted == after.moved(since: before))
    #expect(!noted.isEmpty)
  }

  private static func stop(_ run: RunningTool, _ end: End, _ project: Project) throws {
    switch end {
    case .normal, .live: return
    case .interrupted: run.send(SIGINT)
    case .killed: run.send(SIGKILL)
    case .terminated:
      _ = try project.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'
        """)
    }
  }

  private static func status(_ end: End) -> Int32 {
    switch end {
    case .normal: 1
    case .live: 0
    case .terminated: 3
    case .interrupted: 130
    case .killed: -SIGKILL
    }
  }

  /// A probe sleeps in the policy, with rows in place.
  private static let inTheMidst = """
    SELECT count(*) FROM pg_stat_activity a WHERE datname = current_database()
      AND wait_event = 'PgSleep' AND backend_xid IS NOT NULL
    """
}
