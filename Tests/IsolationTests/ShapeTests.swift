import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Schemas of many shapes")
struct ShapeTests {
  private static let own = PlantedSchema.own()
  private static let protect = PlantedSchema.protect
  private static let root =
    "CREATE TABLE tenants (id uuid PRIMARY KEY); " + PlantedSchema.protect("tenants", own("id"))

  private static func own(_ column: String) -> String { PlantedSchema.own(column) }

  /// A root, and a table `t` with these columns beside the tenant's.
  private static func table(_ columns: String) -> String {
    """
    \(root)
    CREATE TABLE t (tenant_id uuid NOT NULL REFERENCES tenants, \(columns));
    \(protect("t", own))
    """
  }

  /// Asserts that a schema is isolated throughout, and that opening each table is noticed.
  private func check(_ schema: String, opening tables: [String] = ["t"]) throws {
    try PlantedSchema.with(schema) { planted in
      let report = try planted.verify()
      #expect(report.verdict == .isolated, "\(report.tables) \(report.summary)")
      // Some shapes have keys without the tenant in them: only those may be told of, as warnings.
      let ofKeys = ["uniqueness-oracle", "exclusion-oracle", "cross-tenant-reference"]
      #expect(
        report.findings.allSatisfy { $0.severity == .warning && ofKeys.contains($0.rule) },
        "\(report.summary)")
      for table in tables {
        let found = report.tables.first { $0.name == "public." + table }
        #expect(found?.operations == .init(all: .isolated), "\(table)")
      }
      for table in tables {
        try planted.run("CREATE POLICY lax ON \(quoted(table)) USING (true) WITH CHECK (true)")
      }
      let open = try planted.verify()
      for table in tables {
        for operation in ProbedOperation.allCases {
          #expect(
            open.operations("public." + table)?[operation] == .leak, "\(table) \(operation)")
        }
      }
    }
  }

  private func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  @Test(
    "columns and constraints of a table",
    arguments: [
      "id uuid PRIMARY KEY, a text NOT NULL", "a int",
      "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
      "id serial PRIMARY KEY, a varchar(3) NOT NULL, b char(2) NOT NULL, c numeric(3,1) NOT NULL",
      "a int NOT NULL, b int GENERATED ALWAYS AS (a + 1) STORED, UNIQUE (tenant_id, a)",
      "a text[] NOT NULL, b int4range NOT NULL CHECK (NOT isempty(b)), c inet NOT NULL UNIQUE",
      "a jsonb NOT NULL CHECK (jsonb_typeof(a) = 'object' AND a ? 'key'), b date NOT NULL",
      "a text NOT NULL CHECK (a ~ '^[A-Z]{3}-[0-9]+$') UNIQUE, b text NOT NULL CHECK (length(b) > 20)",
      "a date NOT NULL, b date NOT NULL, CHECK (b > a)", "PRIMARY KEY (tenant_id)",
      "id uuid NOT NULL, boss uuid NOT NULL, PRIMARY KEY (tenant_id, id), "
        + "FOREIGN KEY (tenant_id, boss) REFERENCES t (tenant_id, id)",
    ])
  func columns(columns: String) throws {
    try check(Self.table(columns))
  }

  @Test("exclusion constraints, domains, enumerations and citext")
  func types() throws {
    try check(
      """
      CREATE EXTENSION btree_gist; CREATE EXTENSION citext;
      CREATE TYPE mood AS ENUM ('good', 'bad');
      CREATE DOMAIN email AS citext CHECK (VALUE ~ '^[^@ ]+@[^@ ]+$');
      \(Self.table("""
        room int NOT NULL, stay tstzrange NOT NULL, mood mood NOT NULL, moods mood[] NOT NULL,
        email email NOT NULL, UNIQUE (tenant_id, email),
        EXCLUDE USING gist (room WITH =, stay WITH &&) WHERE (mood <> 'bad')
        """))
      """)
  }

  @Test(
    "tenant ids of other types",
    arguments: [
      ("bigint", "CREATE TABLE tenants (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"),
      ("text", "CREATE TABLE tenants (id text PRIMARY KEY CHECK (id ~ '^[a-z]{3,12}$'))"),
      ("int", "CREATE TABLE tenants (id serial PRIMARY KEY, name text NOT NULL)"),
      ("varchar(8)", "CREATE TABLE tenants (id varchar(8) PRIMARY KEY)"),
    ])
  func tenantTypes(type: String, root: String) throws {
    try check(
      """
      \(root); \(Self.protect("tenants", PlantedSchema.own("id", type: type)))
      CREATE TABLE t (tenant_id \(type) NOT NULL REFERENCES tenants, id int, PRIMARY KEY (id));
      \(Self.protect("t", PlantedSchema.own(type: type)))
      """)
  }

  @Test("no root at all")
  func noRoot() throws {
    try check(
      "CREATE TABLE t (tenant_id text NOT NULL, a int); "
        + Self.protect("t", PlantedSchema.own(type: "text")))
  }

  @Test("a column and a setting of other names")
  func otherNames() throws {
    let predicate = "\"Org Id\" = current_setting('crm.org', true)"
    try PlantedSchema.with(
      "CREATE TABLE t (\"Org Id\" text NOT NULL, a int); " + Self.protect("t", predicate)
    ) { schema in
      let report = try schema.verify(
        .init(roles: ["app_user"], tenantColumn: "Org Id", tenantSetting: "crm.org"))
      #expect(report.operations("public.t") == .init(all: .isolated))
      #expect(report.verdict == .isolated)
    }
  }

  @Test("names with quotes, spaces, capitals and SQL in them")
  func hostileNames() throws {
    let names = [
      "Big Table", "quo\"te", "x\"; DROP TABLE tenants; --", "user", "ünï", "$1", "it's",
    ]
    let tables = names.map { name in
      """
      CREATE TABLE \(quoted(name)) (
        tenant_id uuid NOT NULL REFERENCES tenants, \(quoted(name)) int NOT NULL,
        \(quoted("B " + name)) text NOT NULL CHECK (\(quoted("B " + name)) <> ''));
      \(PlantedSchema.protect(quoted(name)))
      """
    }
    let schema = Self.root + tables.joined(separator: "\n")
    try check(schema, opening: names)
    try PlantedSchema.with(schema) { planted in
      for name in names {
        try planted.run("ALTER TABLE \(quoted(name)) DISABLE ROW LEVEL SECURITY")
      }
      let before = try planted.fingerprint()
      let findings = try planted.verify().findings.filter { $0.severity == .error }
      #expect(findings.count >= 4 * names.count)
      for finding in findings {
        let lines = try Psql.lines(
          finding.reproduce, on: planted.database, stopsAtError: true)
        #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(finding.reproduce) \(lines)")
      }
      #expect(try planted.fingerprint() == before)
      for finding in findings { try planted.run(finding.fix) }
      #expect(try planted.verify().verdict == .isolated)
    }
  }

  @Test("join tables whose key is made of references only, with and without a tenant column")
  func joinTables() throws {
    let schema = """
      \(Self.root)
      CREATE TABLE a (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY,
        UNIQUE (tenant_id, id));
      CREATE TABLE b (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY,
        UNIQUE (tenant_id, id));
      CREATE TABLE ab (tenant_id uuid NOT NULL, a uuid, b uuid, PRIMARY KEY (a, b),
        FOREIGN KEY (tenant_id, a) REFERENCES a (tenant_id, id),
        FOREIGN KEY (tenant_id, b) REFERENCES b (tenant_id, id));
      CREATE TABLE bare (a uuid REFERENCES a, b uuid REFERENCES b, PRIMARY KEY (a, b));
      \(Self.protect("a", Self.own)) \(Self.protect("b", Self.own)) \(Self.protect("ab", Self.own))
      \(Self.protect("bare", "EXISTS (SELECT FROM a WHERE a.id = bare.a)"))
      """
    try check(schema, opening: ["a", "b", "ab", "bare"])
  }

  @Test("a join table whose policy asks for one side only refers to other tenants' rows")
  func joinTableOfOneSide() throws {
    let schema = """
      \(Self.root)
      CREATE TABLE a (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY);
      CREATE TABLE b (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY);
      CREATE TABLE ab (a uuid REFERENCES a, b uuid REFERENCES b ON DELETE CASCADE,
        PRIMARY KEY (a, b));
      \(Self.protect("a", Self.own)) \(Self.protect("b", Self.own))
      \(Self.protect("ab", "EXISTS (SELECT FROM a WHERE a.id = ab.a)"))
      """
    try PlantedSchema.with(schema) { planted in
      let report = try planted.verify()
      #expect(report.summary == ["error cross-tenant-reference insert public.ab app_user"])
      let finding = try #require(report.findings.first)
      let lines = try Psql.lines(finding.reproduce, on: planted.database, stopsAtError: true)
      #expect(lines.last == "1", "\(lines)")
      try planted.run(finding.fix)
      let mended = try planted.verify()
      #expect(mended.verdict == .isolated && mended.summary == [], "\(mended.summary)")
    }
  }

  @Test("foreign keys in a circle, deferred or not needed")
  func circles() throws {
    try check(
      """
      \(Self.root)
      CREATE TABLE a (tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY, b bigint NOT NULL);
      CREATE TABLE b (tenant_id uuid NOT NULL REFERENCES tenants, id bigint PRIMARY KEY,
        a uuid NOT NULL REFERENCES a);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED;
      CREATE TABLE c (tenant_id uuid NOT NULL REFERENCES tenants, id int PRIMARY KEY, d int);
      CREATE TABLE d (tenant_id uuid NOT NULL REFERENCES tenants, id int PRIMARY KEY,
        c int NOT NULL REFERENCES c);
      ALTER TABLE c ADD FOREIGN KEY (d) REFERENCES d;
      \(Self.protect("a", Self.own)) \(Self.protect("b", Self.own))
      \(Self.protect("c", Self.own)) \(Self.protect("d", Self.own))
      """, opening: ["a", "b", "c", "d"])
  }

  @Test("partitions by range without a default, by list of tenants, and by hash")
  func partitions() throws {
    try check(
      """
      \(Self.root)
      CREATE TABLE ranged (tenant_id uuid NOT NULL REFERENCES tenants, at date NOT NULL)
        PARTITION BY RANGE (at);
      CREATE TABLE ranged_1 PARTITION OF ranged FOR VALUES FROM ('2031-03-01') TO ('2031-04-01');
      CREATE TABLE ranged_2 PARTITION OF ranged FOR VALUES FROM ('2031-04-01') TO ('2031-05-01');
      CREATE TABLE listed (tenant_id uuid NOT NULL, a int) PARTITION BY LIST (tenant_id);
      CREATE TABLE listed_rest PARTITION OF listed DEFAULT;
      CREATE TABLE hashed (tenant_id uuid NOT NULL, a int) PARTITION BY HASH (tenant_id);
      CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      \(Self.protect("ranged", Self.own)) \(Self.protect("listed", Self.own))
      \(Self.protect("hashed", Self.own))
      """, opening: ["ranged", "listed", "hashed"])
  }

  @Test("a foreign key to a partitioned table, over its partitions")
  func keyToPartitions() throws {
    let schema = """
      \(Self.root)
      CREATE TABLE tasks (tenant_id uuid NOT NULL REFERENCES tenants, id int, due date,
        PRIMARY KEY (tenant_id, id, due)) PARTITION BY RANGE (due);
      CREATE TABLE tasks_2031 PARTITION OF tasks FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
      CREATE TABLE tasks_rest PARTITION OF tasks DEFAULT;
      CREATE TABLE notes (tenant_id uuid NOT NULL, task int NOT NULL, due date NOT NULL,
        FOREIGN KEY (tenant_id, task, due) REFERENCES tasks);
      \(Self.protect("tasks", Self.own)) \(Self.protect("notes", Self.own))
      """
    try check(schema, opening: ["tasks", "notes"])
  }
}
