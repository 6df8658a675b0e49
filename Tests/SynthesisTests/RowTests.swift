import Postgres
import Synthesis
import TestSupport
import Testing

@Suite("Rows that a schema accepts")
struct RowTests {
  @Test(
    "checks within a row",
    arguments: [
      "a date NOT NULL, b date NOT NULL, CHECK (a < b)",
      "a timestamptz NOT NULL, b timestamptz, CHECK (b > a)",
      "a int CHECK (a BETWEEN 7 AND 9) NOT NULL",
      "a int NOT NULL, b int NOT NULL, c int NOT NULL, CHECK (a < b AND b < c)",
      "a text NOT NULL CHECK (a IN ('low', 'high'))", "a text NOT NULL CHECK (length(a) = 17)",
      "a text NOT NULL CHECK (length(a) BETWEEN 2 AND 3 AND a = upper(a))",
      "a text NOT NULL CHECK (a LIKE '%@%.test')",
      "a text NOT NULL CHECK (a ~ '^[A-Z]{2}-[0-9]+$')",
      "a char(3) NOT NULL CHECK (a = upper(a))",
      "a varchar(2) NOT NULL CHECK (upper(a) = a) UNIQUE",
      "a jsonb NOT NULL CHECK (jsonb_typeof(a) = 'array')",
      "a jsonb NOT NULL CHECK (jsonb_typeof(a) = 'object' AND a ? 'key')",
      "a jsonb NOT NULL CHECK (a ->> 'kind' = 'big')",
      "a int4range NOT NULL CHECK (NOT isempty(a))",
      "a daterange NOT NULL CHECK (upper(a) - lower(a) BETWEEN 1 AND 30)",
      "a numeric(3,2) NOT NULL CHECK (a > 0)", "a numeric(2,2) NOT NULL",
      "a numeric(20,0) NOT NULL",
      "a numeric(12,2) NOT NULL CHECK (a >= 100)", "a bytea NOT NULL CHECK (octet_length(a) = 32)",
      "a text[] NOT NULL CHECK (cardinality(a) > 0)",
      "a int[] NOT NULL CHECK (array_length(a, 1) = 2)",
      "a uuid NOT NULL UNIQUE, b inet NOT NULL UNIQUE, c cidr NOT NULL, d macaddr NOT NULL UNIQUE",
      "a bool NOT NULL, b text, CHECK (a = (b IS NOT NULL))",
      "a text, b text, CHECK (num_nonnulls(a, b) = 1)",
      "a money NOT NULL, b bit(5) NOT NULL, c varbit",
      "a smallint NOT NULL CHECK (a % 2 = 0)", "a int NOT NULL CHECK (a < 0)",
      "a float8 NOT NULL CHECK (a > 0 AND a < 1)",
      "a interval NOT NULL, b time NOT NULL, c timetz NOT NULL",
      "a point NOT NULL, b box NOT NULL, c tsvector NOT NULL, d xml NOT NULL, e pg_lsn NOT NULL",
      "a int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b int GENERATED ALWAYS AS (a * 2) STORED",
      "a int4multirange NOT NULL, b tstzmultirange NOT NULL", "a \"char\" NOT NULL UNIQUE",
      "\"Select\" text NOT NULL, \"a \"\"b\" int NOT NULL CHECK (\"a \"\"b\" > 3)",
      "a int NOT NULL DEFAULT 5 CHECK (a > 10)", "a text NOT NULL CHECK (a <> '') UNIQUE",
    ])
  func checks(columns: String) throws {
    try Workshop.fill("CREATE TABLE t (\(columns))")
  }

  @Test(
    "types of the user's own",
    arguments: [
      """
      CREATE TYPE mood AS ENUM ('sad', 'it''s', 'a,b');
      CREATE TABLE t (a mood NOT NULL, b mood[] NOT NULL CHECK (cardinality(b) = 1))
      """,
      """
      CREATE DOMAIN amount AS numeric(12,2) CHECK (VALUE >= 50);
      CREATE DOMAIN price AS amount NOT NULL CHECK (VALUE < 100);
      CREATE TABLE t (a price, b amount NOT NULL, CHECK (b > a))
      """,
      """
      CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+[.][a-z]+$');
      CREATE TABLE t (a email NOT NULL UNIQUE)
      """,
      """
      CREATE EXTENSION citext;
      CREATE TABLE t (a citext NOT NULL UNIQUE CHECK (length(a) > 2))
      """,
      "CREATE TYPE span AS RANGE (subtype = float8); CREATE TABLE t (a span NOT NULL)",
    ])
  func types(schema: String) throws {
    try Workshop.fill(schema)
  }

  @Test(
    "keys between tables",
    arguments: [
      """
      CREATE TABLE a (t int, id int, PRIMARY KEY (t, id));
      CREATE TABLE b (t int NOT NULL, a int NOT NULL, id int PRIMARY KEY,
        FOREIGN KEY (t, a) REFERENCES a (t, id))
      """,
      """
      CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);
      CREATE TABLE ab (a int REFERENCES a, b int REFERENCES b, PRIMARY KEY (a, b));
      CREATE TABLE abc (a int, b int, FOREIGN KEY (a, b) REFERENCES ab, PRIMARY KEY (a, b))
      """,
      "CREATE TABLE a (id int PRIMARY KEY, boss int NOT NULL REFERENCES a)",
      """
      CREATE TABLE a (t int, id int, boss int NOT NULL, PRIMARY KEY (t, id),
        FOREIGN KEY (t, boss) REFERENCES a (t, id))
      """,
      """
      CREATE TABLE a (id uuid PRIMARY KEY, b int NOT NULL);
      CREATE TABLE b (id int PRIMARY KEY, a uuid NOT NULL REFERENCES a);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE
      """,
      """
      CREATE TABLE a (id int PRIMARY KEY, b int);
      CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b
      """,
      """
      CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE one (a int PRIMARY KEY REFERENCES a)
      """,
      """
      CREATE EXTENSION btree_gist;
      CREATE TABLE a (id int PRIMARY KEY);
      CREATE TABLE stays (a int NOT NULL REFERENCES a, stay tstzrange NOT NULL, days daterange NOT NULL,
        CHECK (NOT isempty(stay)), EXCLUDE USING gist (a WITH =, stay WITH &&),
        EXCLUDE USING gist (days WITH &&))
      """,
    ])
  func keys(schema: String) throws {
    try Workshop.fill(schema)
  }

  @Test(
    "partitions, addressed directly",
    arguments: [
      """
      CREATE TABLE p (at date NOT NULL) PARTITION BY RANGE (at);
      CREATE TABLE a PARTITION OF p FOR VALUES FROM ('1999-01-01') TO ('1999-02-01');
      CREATE TABLE b PARTITION OF p FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
      CREATE TABLE d PARTITION OF p DEFAULT
      """,
      """
      CREATE TABLE p (kind text NOT NULL, n int) PARTITION BY LIST (kind);
      CREATE TABLE a PARTITION OF p FOR VALUES IN ('x', 'it''s');
      CREATE TABLE d PARTITION OF p DEFAULT
      """,
      """
      CREATE TABLE p (id int NOT NULL) PARTITION BY HASH (id);
      CREATE TABLE a PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE b PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1)
      """,
      """
      CREATE TABLE p (kind text NOT NULL, at timestamptz NOT NULL) PARTITION BY LIST (kind);
      CREATE TABLE a PARTITION OF p FOR VALUES IN ('x') PARTITION BY RANGE (at);
      CREATE TABLE aa PARTITION OF a FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')
      """,
    ])
  func partitions(schema: String) throws {
    try Workshop.fill(schema)
  }

  @Test("equal seeds give equal rows, other seeds others")
  func deterministic() throws {
    let schema = "CREATE TABLE t (a uuid PRIMARY KEY, b text NOT NULL, c int NOT NULL)"
    try Workshop.with(schema) { catalog, connection in
      func rows(_ seed: UInt64) throws -> [SyntheticRow] {
        var synthesizer = RowSynthesizer(
          catalog: catalog, goal: Workshop.everything(catalog), seed: seed)
        try synthesizer.makeRows(on: connection)
        return synthesizer.order.relations.flatMap { synthesizer.rows(of: $0, owner: .shared) }
      }
      let first = try rows(1)
      let again = try rows(1)
      let other = try rows(2)
      #expect(first == again)
      #expect(first != other)
      #expect(first.count == 2)
    }
  }

  @Test(
    "what no proposal satisfies is an obstacle that names the constraint, also inside a transaction"
  )
  func obstacle() throws {
    let schema = """
      CREATE TABLE t (a text NOT NULL CONSTRAINT magic CHECK (md5(a) = 'x'));
      CREATE TABLE fine (a int NOT NULL)
      """
    try Workshop.with(schema) { catalog, connection in
      try connection.transaction {
        var synthesizer = RowSynthesizer(
          catalog: catalog, goal: Workshop.everything(catalog), seed: 1)
        try synthesizer.makeRows(on: connection)
        #expect(synthesizer.obstacles.count == 1)
        #expect(synthesizer.obstacles.values.first?.reason.contains("magic") == true)
        #expect(connection.transactionStatus == .inTransaction)
      }
    }
  }
}
