import DatabaseInstrumentation
import Foundation
import Postgres
import Seeding
import Synchronization
import Tenants
import TestSupport
import Testing

/// Makes rows up in a database.
struct Generation {
  let database: TestDatabase
  var options = GenerationOptions()
  var role: String?

  init(_ database: TestDatabase, tenants: Int = 3, rows: Int? = nil, column: String = "tenant_id") {
    self.database = database
    options.newTenants = tenants
    options.rows = rows
    options.tenancy.tenantColumn = column
  }

  /// Plans and loads.
  @discardableResult
  func run(
    portionSize: Int = 500, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> GenerationReport {
    let connection = try database.connect(as: role)
    defer { connection.close() }
    let runner = GenerationRunner(toolVersion: "test", portionSize: portionSize)
    let prepared = try runner.prepare(options, on: connection)
    let (database, role) = (database, role)
    return try runner.run(
      prepared, on: connection, open: { try database.connect(as: role) }, isStopped: isStopped,
      progress: { _ in })
  }

  /// All rows of the tables, as one text each.
  func contents(of report: GenerationReport) throws -> [String: String?] {
    let connection = try database.connect()
    defer { connection.close() }
    return try Dictionary(
      uniqueKeysWithValues: report.tables.map { table in
        (
          table.name,
          try connection.execute(
            "SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM \(quoted(table.name)) t"
          ).scalar
        )
      })
  }

  /// Checks that each table has the rows that the report says.
  func check(_ report: GenerationReport, _ comment: String = "") throws {
    let connection = try database.connect()
    defer { connection.close() }
    for table in report.tables {
      // Without the rows of tables that inherit from it, and with those of its partitions.
      let count = try connection.execute(
        """
        SELECT count(*) FROM \(quoted(table.name)) t JOIN pg_class c ON c.oid = t.tableoid
        WHERE c.oid = $1::regclass OR c.relispartition
        """, [.text(quoted(table.name))]
      ).scalar
      #expect(count == String(table.rows), "\(comment) \(table.name)")
    }
  }

  private func quoted(_ name: String) -> String {
    name.split(separator: ".", maxSplits: 1).map { "\"\($0)\"" }.joined(separator: ".")
  }
}

@Suite("Making rows up")
struct GenerationTests {
  /// A schema of what makes rows hard.
  static let awkward = """
    CREATE TABLE tenants (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z]{3}$'));
    CREATE TYPE mood AS ENUM ('glad', 'sad "so"', 'so\\so');
    CREATE DOMAIN sku AS text CHECK (VALUE ~ '^[A-Z]{2}-[0-9]{3}$');
    CREATE TABLE settings (tenant_id uuid PRIMARY KEY REFERENCES tenants, theme mood NOT NULL,
      moods mood[] NOT NULL, weights int[] NOT NULL);
    CREATE TABLE nodes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant_id uuid NOT NULL REFERENCES tenants, parent bigint NOT NULL REFERENCES nodes,
      UNIQUE (tenant_id, id));
    CREATE TABLE edges (tenant_id uuid NOT NULL, a bigint NOT NULL, b bigint NOT NULL,
      PRIMARY KEY (tenant_id, a, b),
      FOREIGN KEY (tenant_id, a) REFERENCES nodes (tenant_id, id),
      FOREIGN KEY (tenant_id, b) REFERENCES nodes (tenant_id, id));
    CREATE TABLE days (node bigint NOT NULL REFERENCES nodes, day date NOT NULL, price numeric(6,2) NOT NULL
      CHECK (price > 0), PRIMARY KEY (node, day));
    CREATE TABLE shifts (id serial PRIMARY KEY, node bigint NOT NULL REFERENCES nodes,
      starts timestamptz NOT NULL, ends timestamptz NOT NULL CHECK (ends > starts),
      EXCLUDE USING gist (node WITH =, tstzrange(starts, ends) WITH &&));
    CREATE TABLE items (tenant_id uuid NOT NULL REFERENCES tenants, code sku NOT NULL, low int NOT NULL,
      high int NOT NULL, kind text NOT NULL CHECK (kind IN ('one', 'two')), note text,
      half int GENERATED ALWAYS AS (high / 2) STORED CHECK (half < 5000),
      CHECK (low <= high), CHECK ((kind = 'two') = (note IS NOT NULL)), PRIMARY KEY (tenant_id, code));
    CREATE TABLE left_hand (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, other int NOT NULL);
    CREATE TABLE right_hand (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, other int NOT NULL
      REFERENCES left_hand DEFERRABLE);
    ALTER TABLE left_hand ADD FOREIGN KEY (other) REFERENCES right_hand DEFERRABLE;
    CREATE TABLE flags (node bigint NOT NULL REFERENCES nodes, mood mood NOT NULL, on_off bool NOT NULL,
      UNIQUE (node, mood, on_off));
    """

  @Test("a schema of awkward constraints is filled")
  func awkwardSchema() throws {
    try TestServer.shared.withDatabase { _, database in
      try Script.run("CREATE EXTENSION btree_gist; " + Self.awkward, on: database)
      let generation = Generation(database, tenants: 4, rows: 1_500)
      let report = try generation.run()
      try generation.check(report)
      #expect(report.rows == 1_500, "\(report.notes)")
      #expect(report.tables.count == 10)
      let connection = try database.connect()
      // A sequence goes on behind what was used.
      let next = try connection.execute(
        "INSERT INTO shifts (node, starts, ends) SELECT id, '2001-01-01', '2001-01-02' FROM nodes"
          + " LIMIT 1 RETURNING id > (SELECT max(id) FROM shifts)")
      #expect(next.scalar == "t")
    }
  }

  @Test("equal seeds give equal bytes, in any database and order of portions; other seeds others")
  func deterministic() throws {
    var contents: [[String: String?]] = []
    for (seed, portion) in [(7, 500), (7, 97), (8, 500)] {
      try TestServer.shared.withDatabase { _, database in
        try Script.run("CREATE EXTENSION btree_gist; " + Self.awkward, on: database)
        var generation = Generation(database, tenants: 4, rows: 1_500)
        generation.options.seed = UInt64(seed)
        // Self-references lie inside a portion, so the table of nodes hangs on its size.
        let report = try generation.run(portionSize: portion)
        var all = try generation.contents(of: report)
        all["public.nodes"] = nil
        contents.append(all)
      }
    }
    #expect(contents[0] == contents[1])
    #expect(contents[0]["public.items"] != contents[2]["public.items"])
  }

  @Test("a run that stops at any moment goes on to the same rows")
  func resumed() throws {
    let whole = try TestServer.shared.withDatabase { _, database in
      try Script.run("CREATE EXTENSION btree_gist; " + Self.awkward, on: database)
      let generation = Generation(database, tenants: 4, rows: 1_500)
      return try generation.contents(of: try generation.run(portionSize: 100))
    }
    try TestServer.shared.withDatabase { _, database in
      try Script.run("CREATE EXTENSION btree_gist; " + Self.awkward, on: database)
      let generation = Generation(database, tenants: 4, rows: 1_500)
      var report: GenerationReport?
      var stops = 0
      for limit in [1, 3, 6, 9, 1_000] where report == nil {
        let asked = Countdown(limit)
        do {
          report = try generation.run(portionSize: 100, isStopped: { asked.isOver() })
        } catch let error as PostgresError where error.code == .cancelled {
          stops += 1
        }
      }
      #expect(stops >= 2)
      let again = try generation.run(portionSize: 100)
      #expect(again.written == 0)
      #expect(try generation.contents(of: again) == whole)
    }
  }

  @Test("rows of the same random seed with other settings are refused, and others are added")
  func otherSettings() throws {
    try TestServer.shared.withDatabase { _, database in
      try Script.run(
        "CREATE TABLE tenants (id int PRIMARY KEY, name text UNIQUE);"
          + "CREATE TABLE notes (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, body text)",
        on: database)
      var generation = Generation(database, tenants: 2, rows: 40)
      try generation.run()
      generation.options.rows = 60
      #expect(throws: SeedError.self) { try generation.run() }
      generation.options.seed = 2
      let report = try generation.run()
      #expect(report.written == 60)
      let connection = try database.connect()
      #expect(try connection.execute("SELECT count(*) FROM tenants").scalar == "4")
      #expect(try connection.execute("SELECT count(*) FROM notes").scalar == "96")
    }
  }

  @Test("a row that a trigger refuses is drawn again; a table that takes none is named")
  func refusals() throws {
    try TestServer.shared.withDatabase { _, database in
      try Script.run(
        """
        CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE notes (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, amount int NOT NULL);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN IF NEW.amount % 50 = 0 THEN RAISE 'not by fifty'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION refuse();
        """, on: database)
      let generation = Generation(database, tenants: 2, rows: 800)
      try generation.check(try generation.run())
      try Script.run(
        "CREATE TABLE never (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);"
          + "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;"
          + "CREATE TRIGGER no BEFORE INSERT ON never FOR EACH ROW EXECUTE FUNCTION no()",
        on: database)
      var other = Generation(database, tenants: 2, rows: 100)
      other.options.seed = 9
      let error = #expect(throws: SeedError.self) { try other.run() }
      #expect(error?.code == .rowsRefused && error?.message.contains("public.never") == true)
    }
  }

  @Test("an owner whom policies bind writes each tenant's rows in the tenant's context")
  func underPolicies() throws {
    try TestServer.shared.ensureRoles()
    try TestServer.shared.withDatabase { _, database in
      try Script.run(
        """
        CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE notes (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE notes FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON notes USING (tenant_id = current_setting('app.current_tenant_id')::int);
        GRANT ALL ON ALL TABLES IN SCHEMA public TO app_user; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app_user;
        CREATE SCHEMA dbtool AUTHORIZATION app_user;
        """, on: database)
      var generation = Generation(database, tenants: 3, rows: 300)
      generation.role = "app_user"
      try generation.check(try generation.run())
    }
  }

  @Test(
    "every shared schema is filled without a hint",
    .enabled(if: SharedTestData.path("rls-cases") != nil, "the shared cases are not there"))
  func sharedCases() throws {
    struct Case: Decodable { var tenant_column: String }
    let root = try #require(SharedTestData.path("rls-cases"))
    // Cases change the attributes of roles.
    let server = try TestServer.dedicated()
    try server.ensureRoles()
    for folder in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
      let path = root + "/" + folder
      guard let json = FileManager.default.contents(atPath: path + "/case.json") else { continue }
      let example = try JSONDecoder().decode(Case.self, from: json)
      try server.withDatabase { _, database in
        try Script.run(
          try String(contentsOfFile: path + "/schema.sql", encoding: .utf8), on: database)
        let generation = Generation(
          database, tenants: 5, rows: 600, column: example.tenant_column)
        do {
          let report = try generation.run()
          try generation.check(report, folder)
          #expect(report.rows == 600, "\(folder): \(report.notes)")
          #expect(report.tables.allSatisfy { $0.rows > 0 }, "\(folder)")
        } catch {
          Issue.record("\(folder): \(error)")
        }
      }
    }
  }

  @Test(
    "schemas of Payload CMS are filled, with tenants and without",
    .enabled(if: SharedTestData.path("payload") != nil, "the shared schemas are not there"),
    arguments: [
      "with-postgres-initial.sql", "test-blocks.sql", "test-up-down.sql", "test-rels-v2-1.sql",
    ])
  func payload(name: String) throws {
    let path = try #require(SharedTestData.path("payload/\(name)"))
    let sql = try String(contentsOfFile: path, encoding: .utf8)
    for hasTenants in [false, true] {
      try TestServer.shared.withDatabase { _, database in
        let extra = """
          CREATE TABLE tenants (id serial PRIMARY KEY, name varchar NOT NULL);
          ALTER TABLE users ADD COLUMN tenant_id int REFERENCES tenants ON DELETE SET NULL;
          """
        try Script.run(hasTenants ? sql + extra : sql, on: database)
        let generation = Generation(database, tenants: hasTenants ? 4 : 0, rows: 2_000)
        let report = try generation.run()
        try generation.check(report, name)
        #expect(report.tables.count >= (hasTenants ? 2 : 3), "\(report.tables.map(\.name))")
      }
    }
  }
}

/// Says after so many questions that it is over.
final class Countdown: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  func isOver() -> Bool {
    left.withLock { left in
      left -= 1
      return left < 0
    }
  }
}

/// Runs scripts as the superuser.
enum Script {
  static func run(_ text: String, on database: TestDatabase) throws {
    let connection = try database.connect()
    defer { connection.close() }
    try connection.runScript(text)
  }
}
