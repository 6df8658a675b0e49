import DatabaseInstrumentation
import Foundation
import Postgres
import SQLSyntax
import Seeding
import Tenants
import TestSupport

/// A database with rows of two tenants, and what `seed export` and `seed remove` do with it.
struct TenantDataFixture {
  let admin: LibPQConnection
  let database: TestDatabase
  let client: InstrumentedClient
  /// A folder for exports.
  let folder: String
  var options = TenancyOptions()

  /// A small hotel chain: people who work for one or both tenants, a list that all share, rows
  /// that refer to each other in a circle and to themselves, and what types there are.
  static let schema = """
    CREATE TABLE countries (code text PRIMARY KEY, within text REFERENCES countries);
    CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
    CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);
    CREATE UNIQUE INDEX people_email ON people (lower(email));
    CREATE TABLE sessions (id int PRIMARY KEY, person_id int NOT NULL
      REFERENCES people ON DELETE CASCADE);
    CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, person_id int NOT NULL
      REFERENCES people, PRIMARY KEY (tenant_id, person_id));
    CREATE TABLE houses (tenant_id uuid NOT NULL REFERENCES tenants, id int NOT NULL,
      country text REFERENCES countries, best_room int, parent int,
      PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, parent) REFERENCES houses);
    CREATE TABLE rooms (tenant_id uuid NOT NULL, id int NOT NULL, house_id int NOT NULL,
      note text, tags text[], price numeric(10,2), bytes bytea, seen timestamptz, gap interval,
      twice int GENERATED ALWAYS AS (id * 2) STORED,
      PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, house_id) REFERENCES houses);
    ALTER TABLE houses ADD FOREIGN KEY (tenant_id, best_room) REFERENCES rooms (tenant_id, id);
    CREATE TABLE notes (id serial PRIMARY KEY, tenant_id uuid NOT NULL, room_id int NOT NULL,
      author int REFERENCES people ON DELETE SET NULL, body text,
      FOREIGN KEY (tenant_id, room_id) REFERENCES rooms ON DELETE CASCADE);
    CREATE TABLE note_lines (note_id int NOT NULL REFERENCES notes ON DELETE RESTRICT, line text);
    CREATE TABLE people_rules (tenant_id uuid NOT NULL);
    ALTER TABLE people ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON people USING (EXISTS (SELECT FROM members m WHERE m.person_id = people.id
      AND m.tenant_id = current_setting('app.current_tenant_id', true)::uuid));
    """

  static let rows = """
    INSERT INTO countries VALUES ('EU', NULL), ('IE', 'EU'), ('DE', 'EU'), ('XX', NULL);
    INSERT INTO tenants VALUES ('\(tenantA)', 'A'), ('\(tenantB)', 'B');
    INSERT INTO people (email) VALUES ('only-a@real.example'), ('both@real.example'),
      ('only-b@real.example'), ('guest-of-b@real.example');
    INSERT INTO sessions VALUES (1, 1), (2, 2), (3, 3);
    INSERT INTO members VALUES ('\(tenantA)', 1), ('\(tenantA)', 2), ('\(tenantA)', 4),
      ('\(tenantB)', 2), ('\(tenantB)', 3);
    INSERT INTO houses (tenant_id, id, country, parent) VALUES ('\(tenantA)', 1, 'IE', 2),
      ('\(tenantA)', 2, NULL, NULL), ('\(tenantB)', 1, 'DE', NULL);
    INSERT INTO rooms VALUES
      ('\(tenantA)', 1, 1, E'a "quoted", text\\nof two lines', '{a,NULL,"b,c"}', 12.50, '\\x00ff',
        '2024-02-29 12:00:00+02', '1 month -2 days'),
      ('\(tenantA)', 2, 1, '', '{}', NULL, '', NULL, NULL),
      ('\(tenantA)', 3, 2, NULL, NULL, 0, NULL, 'infinity', '-1 day'),
      ('\(tenantB)', 1, 1, 'of B', '{x}', 99, NULL, now(), NULL);
    UPDATE houses SET best_room = 2 WHERE tenant_id = '\(tenantA)' AND id = 1;
    INSERT INTO notes (tenant_id, room_id, author, body) VALUES ('\(tenantA)', 1, 1, 'first'),
      ('\(tenantA)', 2, 2, 'second'), ('\(tenantB)', 1, 3, 'of B'), ('\(tenantB)', 1, 4, 'of B too');
    INSERT INTO note_lines VALUES (1, 'a line'), (1, 'another'), (3, 'a line of B');
    """

  static func with(
    _ schema: String = schema, _ rows: String = rows, server: TestServer? = nil,
    _ body: (TenantDataFixture) throws -> Void
  ) throws {
    let server = try server ?? TestServer.shared
    try server.ensureRoles()
    try server.withDatabase { admin, database in
      try withTemporaryDirectory { folder in
        let session = try database.connect()
        defer { session.close() }
        let client = InstrumentedClient(connection: session, mode: .exempt, sink: Recorder())
        let fixture = TenantDataFixture(
          admin: admin, database: database, client: client, folder: folder)
        try fixture.run(schema)
        try fixture.run(rows)
        try body(fixture)
      }
    }
  }

  /// Runs statements one after another, as the superuser.
  func run(_ script: String) throws {
    for statement in try StatementSplitter.split(script) { try admin.execute(statement.text) }
  }

  func scalar(_ sql: String) throws -> String? { try admin.execute(sql).scalar }

  /// What the rows of each table come to, by table.
  func rows(where condition: String = "true") throws -> [String: String] {
    let names = try admin.execute(
      """
      SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'dbtool')
      """
    ).rows.map { $0.text(0) }
    var rows: [String: String] = [:]
    for name in names {
      rows[name] = try scalar(
        "SELECT coalesce(string_agg((t.*)::text, '|' ORDER BY (t.*)::text), '') FROM \(name) AS t "
          + "WHERE \(condition)")
    }
    return rows
  }

  // MARK: - The two commands

  @discardableResult
  func export(
    _ tenant: String = tenantA, masks: String = "", seed: String? = nil, name: String = "out",
    change: (inout TenantExport) -> Void = { _ in }
  ) throws -> ExportReport {
    var export = TenantExport(options: options, manifest: try manifest(masks))
    export.maskSeed = seed
    change(&export)
    return try export.run(tenant, to: folder + "/" + name, client: client)
  }

  private func manifest(_ masks: String) throws -> SeedManifest {
    guard !masks.isEmpty else { return SeedManifest() }
    let path = folder + "/seeds-\(masks.count)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data(masks.utf8).write(to: URL(filePath: path + "/masks.yaml"))
    return try SeedDirectory.load(path).manifest
  }

  func remove(_ tenant: String = tenantA) throws -> RemovalReport {
    try TenantRemoval(options: options).remove(tenant, client: client)
  }

  /// The files of an export, in order.
  func files(_ name: String = "out") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder + "/" + name).sorted()
  }

  func text(_ file: String, in name: String = "out") throws -> String {
    let found = try files(name).first { $0.hasSuffix(file) } ?? file
    return try String(contentsOfFile: "\(folder)/\(name)/\(found)", encoding: .utf8)
  }

  // MARK: - Loading

  /// Loads an export as an administrator does, each file in a transaction of its own.
  func load(_ name: String = "out", into target: LibPQConnection) throws {
    for file in try files(name) where file != "export.yaml" {
      let text = try String(contentsOfFile: "\(folder)/\(name)/\(file)", encoding: .utf8)
      try target.transaction {
        guard file.hasSuffix(".csv") else {
          for statement in try StatementSplitter.split(text) { try target.execute(statement.text) }
          return
        }
        let stem = file.dropFirst(4).dropLast(4).split(separator: ".", maxSplits: 1)
        let table = try stem.map { try SQLIdentifier.quoted(String($0)) }.joined(separator: ".")
        let columns = try text.prefix { $0 != "\n" }.split(separator: ",")
          .map { try SQLIdentifier.quoted(String($0)) }.joined(separator: ", ")
        var chunks = [Array(text.utf8)][...]
        _ = try target.copyIn(
          "COPY \(table) (\(columns)) FROM STDIN WITH (FORMAT csv, HEADER)"
        ) { chunks.popFirst() }
      }
    }
  }

  /// Loads an export into a new database with the same schema.
  func loaded(
    _ name: String = "out", schema: String = schema, _ body: (TenantDataFixture) throws -> Void
  ) throws {
    try Self.with(schema, "") { other in
      try load(name, into: other.admin)
      try body(other)
    }
  }
}
