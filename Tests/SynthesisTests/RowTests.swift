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
      "a jsonb NOT NULL CHECK (a ? 'items' AND jsonb_typeof(a -> 'items') = 'array')",
      "a jsonb NOT NULL CHECK (jsonb_array_length(a -> 'items') > 0 AND a ->> 'kind' IN ('x', 'y'))",
      "a jsonb NOT NULL CHECK (a ?& ARRAY['one', 'two'] AND (a ->> 'two')::int BETWEEN 3 AND 5)",
      "a jsonb NOT NULL CHECK (a @> '{\"v\": {\"n\": [1]}}'), CHECK (a ->> 'who' ~ '^[a-z]{5}$')",
      "a jsonb NOT NULL CHECK (a #>> '{x,y}' = 'z' AND jsonb_typeof(a #> '{x,n}') = 'number')",
      "a json NOT NULL CHECK (a -> 'b' ->> 'c' IS NOT NULL AND json_typeof(a -> 'd') = 'object')",
      "a jsonb NOT NULL CHECK (a -> 'on' = 'true' AND lower(a ->> 'mode') LIKE 'auto%')",
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

@Suite("Schemas that are hard on whoever makes rows")
struct TortureTests {
  @Test(
    "constraints, types, keys, partitions and names of every kind",
    arguments: [
      // Regular expressions as people write them.
      """
      CREATE TABLE t (
        slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$') UNIQUE,
        phone text NOT NULL CHECK (phone ~ '^\\+[1-9]\\d{6,14}$'),
        iban text NOT NULL CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
        color text NOT NULL CHECK (color ~* '^#([0-9a-f]{3}|[0-9a-f]{6})$'),
        domain text NOT NULL CHECK (domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$'),
        version text NOT NULL CHECK (version SIMILAR TO '[0-9]+.[0-9]+.[0-9]+'),
        email text NOT NULL CHECK (email LIKE '%_@_%._%' AND email = lower(email)),
        code text NOT NULL CHECK (char_length(code) = 6 AND code = upper(code) AND code !~ '[^A-Z0-9]'),
        locale text NOT NULL CHECK (locale ~ '^[a-z]{2}(_[A-Z]{2})?$'))
      """,
      """
      CREATE TABLE t (
        a int NOT NULL, b int NOT NULL, c int NOT NULL CHECK (c BETWEEN 3 AND 5),
        low numeric(10,2) NOT NULL CHECK (low >= 0), high numeric(10,2) NOT NULL,
        share numeric(5,4) NOT NULL CHECK (share >= 0 AND share <= 1), level smallint NOT NULL
          CHECK (level IN (10, 20, 30)), lat float8 NOT NULL CHECK (lat >= -90 AND lat <= 90),
        total int GENERATED ALWAYS AS (a + b) STORED, CHECK (a < b), CHECK (low <= high),
        CHECK (a + b <= 100), CHECK ((a IS NULL) = (b IS NULL)))
      """,
      """
      CREATE TABLE t (
        opened timestamptz NOT NULL DEFAULT now(), closed timestamptz CHECK (closed > opened),
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
        starts date NOT NULL, ends date NOT NULL, born date NOT NULL CHECK (born < CURRENT_DATE),
        due timestamptz NOT NULL CHECK (due > '2035-01-01'),
        at time NOT NULL CHECK (at >= '08:00' AND at < '20:00'),
        CHECK (starts <= ends AND ends - starts <= 30), CHECK ((state = 'closed') = (closed IS NOT NULL)))
      """,
      """
      CREATE TABLE t (
        a int[] NOT NULL CHECK (array_length(a, 1) BETWEEN 1 AND 3), b text[] NOT NULL
          CHECK (b <@ ARRAY['x', 'y', 'z'] AND cardinality(b) > 0),
        r int8range NOT NULL CHECK (lower(r) >= 0 AND NOT isempty(r)),
        m datemultirange NOT NULL CHECK (NOT isempty(m)), n numrange NOT NULL CHECK (upper(n) > 5),
        s tstzrange NOT NULL CHECK (lower_inc(s) AND NOT upper_inc(s) AND NOT isempty(s)),
        j jsonb NOT NULL CHECK (jsonb_typeof(j) = 'object' AND j ? 'kind' AND j ->> 'kind' IN ('a', 'b')),
        k json NOT NULL CHECK (json_typeof(k) = 'array'), o jsonb NOT NULL
          CHECK (jsonb_typeof(o -> 'items') = 'array'), y bytea NOT NULL CHECK (length(y) = 16),
        i inet NOT NULL CHECK (family(i) = 4), c cidr NOT NULL CHECK (masklen(c) = 24),
        h macaddr NOT NULL, w macaddr8 NOT NULL, f bit(3) NOT NULL, g bit varying(5) NOT NULL
          CHECK (length(g) = 5), u jsonb NOT NULL CHECK ((u ->> 'size')::int > 3))
      """,
      """
      CREATE EXTENSION citext;
      CREATE DOMAIN nonempty AS text CHECK (btrim(VALUE) <> '');
      CREATE DOMAIN short AS nonempty CHECK (length(VALUE) <= 12);
      CREATE DOMAIN upper_code AS short NOT NULL CHECK (VALUE = upper(VALUE));
      CREATE DOMAIN mail AS citext CHECK (VALUE ~ '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$');
      CREATE TYPE size AS ENUM ('S', 'M', 'L'); CREATE DOMAIN large AS size CHECK (VALUE > 'S');
      CREATE TYPE pair AS (a int, b text);
      CREATE TABLE "Order" (
        "select" upper_code, "User Id" mail UNIQUE NOT NULL, "from" large NOT NULL,
        sizes size[] NOT NULL, "group" bigint GENERATED ALWAYS AS IDENTITY, "é" pair NOT NULL,
        "order" serial NOT NULL, PRIMARY KEY ("group"))
      """,
      """
      CREATE EXTENSION btree_gist;
      CREATE TABLE org (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, head int NOT NULL);
      CREATE TABLE person (org int NOT NULL REFERENCES org, nr int NOT NULL, boss int NOT NULL,
        PRIMARY KEY (org, nr), FOREIGN KEY (org, boss) REFERENCES person (org, nr));
      CREATE UNIQUE INDEX ON person (nr); ALTER TABLE person ADD UNIQUE (nr);
      ALTER TABLE org ADD FOREIGN KEY (head) REFERENCES person (nr) DEFERRABLE INITIALLY DEFERRED;
      CREATE TABLE badge (org int, nr int, no char(4) NOT NULL UNIQUE, PRIMARY KEY (org, nr),
        FOREIGN KEY (org, nr) REFERENCES person ON DELETE CASCADE);
      CREATE UNIQUE INDEX ON badge (lower(no)) WHERE no <> '';
      CREATE TABLE desk (id int PRIMARY KEY, org int NOT NULL REFERENCES org, used tstzrange NOT NULL,
        EXCLUDE USING gist (org WITH =, used WITH &&) WHERE (NOT isempty(used)))
      """,
      """
      CREATE TABLE log (id bigserial, at timestamptz NOT NULL, kind text NOT NULL,
        PRIMARY KEY (id, at, kind)) PARTITION BY LIST (kind);
      CREATE TABLE log_a PARTITION OF log FOR VALUES IN ('a', 'b') PARTITION BY RANGE (at);
      CREATE TABLE log_a1 PARTITION OF log_a FOR VALUES FROM ('2031-01-01') TO ('2031-02-01');
      CREATE TABLE log_c PARTITION OF log FOR VALUES IN ('c') PARTITION BY HASH (id);
      CREATE TABLE log_c0 PARTITION OF log_c FOR VALUES WITH (MODULUS 3, REMAINDER 0);
      CREATE TABLE log_c1 PARTITION OF log_c FOR VALUES WITH (MODULUS 3, REMAINDER 1);
      CREATE TABLE log_c2 PARTITION OF log_c FOR VALUES WITH (MODULUS 3, REMAINDER 2);
      CREATE TABLE base (id int PRIMARY KEY, name text NOT NULL CHECK (name <> 'x'));
      CREATE TABLE child (extra int NOT NULL CHECK (extra > 7)) INHERITS (base)
      """,
      """
      CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, total int NOT NULL);
      CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.name := upper(NEW.name);
        IF NEW.total < 0 THEN RAISE EXCEPTION 'negative'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION guard();
      CREATE TABLE u (t int NOT NULL REFERENCES t, CONSTRAINT u_once UNIQUE (t) DEFERRABLE)
      """,
    ])
  func torture(schema: String) throws {
    try Workshop.fill(schema)
  }
}
