import DatabaseInstrumentation
import Postgres
import Seeding
import Synchronization
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of seed files that a test writes.
struct SeedFolder {
  let path: String

  func write(_ name: String, _ text: String) throws { try write(name, bytes: Array(text.utf8)) }

  func write(_ name: String, bytes: [UInt8]) throws {
    guard let file = fopen(path + "/" + name, "w") else { throw CannotWrite(name: name) }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw CannotWrite(name: name) }
  }

  func read(_ name: String) throws -> [UInt8] {
    guard let file = fopen(path + "/" + name, "r") else { throw CannotWrite(name: name) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1_000_000)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }

  func remove(_ name: String) { unlink(path + "/" + name) }

  func makeFolder(_ name: String) { mkdir(path + "/" + name, 0o755) }

  func load(
    _ profiles: [String] = [], administrative: [String] = []
  ) throws(SeedError) -> SeedDirectory {
    try SeedDirectory.load(path, profiles: profiles, administrative: administrative)
  }

  /// Plans and runs what the folder holds now.
  @discardableResult
  func run(
    _ client: InstrumentedClient, tenants: [String] = [tenantA, tenantB],
    profiles: [String] = [], administrative: [String] = [],
    runner: SeedRunner = SeedRunner(toolVersion: "test")
  ) throws(SeedError) -> SeedReport {
    let directory = try load(profiles, administrative: administrative)
    return try runner.run(
      try runner.plan(directory, tenants: tenants, client: client), client: client)
  }

  static func withFolder<Result>(_ body: (SeedFolder) throws -> Result) throws -> Result {
    try withTemporaryDirectory { try body(SeedFolder(path: $0)) }
  }

  /// The error that loading a folder with one file gives.
  static func errorLoading(_ name: String, _ text: String) throws -> SeedError? {
    try errorLoading(name, bytes: Array(text.utf8))
  }

  static func errorLoading(_ name: String, bytes: [UInt8]) throws -> SeedError? {
    try withFolder { folder -> SeedError? in
      try folder.write(name, bytes: bytes)
      do throws(SeedError) {
        _ = try folder.load()
        return nil
      } catch {
        return error
      }
    }
  }
}

extension SeedReport {
  /// What became of the rows of the steps that ran.
  var counts: [SeedRowCounts] {
    entries.compactMap { entry in
      guard case .ran(let counts, _) = entry.outcome else { return nil }
      return counts
    }
  }
}

struct CannotWrite: Error {
  var name: String
}

let tenantA = "11111111-1111-4111-8111-111111111111"
let tenantB = "22222222-2222-4222-8222-222222222222"

/// Keeps what it hears.
final class Recorder: OperationSink {
  private let kept = Mutex<[OperationRecord]>([])
  var records: [OperationRecord] { kept.withLock { $0 } }
  func record(_ record: OperationRecord) { kept.withLock { $0.append(record) } }
}

/// A database with tenants' tables under row-level security, a folder, and a client of an
/// administrator.
struct Hotel {
  let admin: LibPQConnection
  let client: InstrumentedClient
  let folder: SeedFolder
  let database: TestDatabase
  let recorder: Recorder

  static let schema = """
    CREATE TABLE rooms (
      tenant_id uuid NOT NULL, id int NOT NULL, name text, capacity int, note text DEFAULT 'none',
      PRIMARY KEY (tenant_id, id));
    ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
    ALTER TABLE rooms FORCE ROW LEVEL SECURITY;
    CREATE POLICY rooms_tenant ON rooms
      USING (tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid));
    GRANT SELECT, INSERT, UPDATE, DELETE ON rooms TO app_user;
    CREATE TABLE words (word text PRIMARY KEY);
    GRANT SELECT ON words TO app_user;
    GRANT USAGE ON SCHEMA public TO app_user;
    """

  static func with(_ body: (Hotel) throws -> Void) throws {
    try TestServer.shared.ensureRoles()
    try TestServer.shared.withDatabase { connection, database in
      try SeedFolder.withFolder { folder in
        for statement in schema.split(separator: ";\n") {
          try connection.execute(String(statement))
        }
        let recorder = Recorder()
        let session = try database.connect()
        defer { session.close() }
        let client = InstrumentedClient(
          connection: session, role: "app_user", mode: .exempt, sink: recorder)
        try body(
          Hotel(
            admin: connection, client: client, folder: folder, database: database,
            recorder: recorder))
      }
    }
  }

  /// The first column of a query as the superuser.
  func column(_ sql: String) throws -> [String] {
    try admin.execute(sql).rows.map { $0[0] ?? "NULL" }
  }

  /// The single value of a query as the superuser.
  func scalar(_ sql: String) throws -> String? { try admin.execute(sql).scalar }
}
