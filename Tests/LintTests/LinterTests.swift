import Lint
import SQLSyntax
import TestSupport
import Testing

@Suite("Linting")
struct LinterTests {
  @Test("a table that the same file creates has no users, so nothing blocks them")
  func newTables() throws {
    let rules = try LintBench.rules(
      """
      CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);
      ALTER TABLE public.notes ADD COLUMN at timestamptz NOT NULL;
      CREATE INDEX notes_body_idx ON public.notes (body);
      ALTER TABLE public.notes ADD CONSTRAINT notes_body_check CHECK (body <> '');
      ALTER TABLE public.notes RENAME COLUMN body TO text;
      ALTER TABLE public.notes RENAME TO remarks;
      ALTER TABLE public.remarks ALTER COLUMN text SET NOT NULL;
      """)
    #expect(rules == [])
  }

  @Test(
    "a type is widened without a finding only when the old one is known and holds the same bytes")
  func wideningTypes() throws {
    func rules(_ column: String, _ type: String) throws -> [String] {
      try LintBench.rules("ALTER TABLE public.rooms ALTER COLUMN \(column) TYPE \(type);")
        .filter { $0 == "type-change" }
    }
    #expect(try rules("nickname", "varchar(80)") == [])
    #expect(try rules("nickname", "text") == [])
    #expect(try rules("nickname", "varchar(10)") == ["type-change"])
    #expect(try rules("floor", "bigint") == ["type-change"])
    #expect(try rules("never_heard_of", "text") == ["type-change"])
  }

  @Test(
    "a default is volatile when a function in it may give each row another value",
    arguments: [
      ("now()", false), ("'x'", false), ("lower('X')", false), ("gen_random_uuid()", true),
      ("clock_timestamp()", true), ("'a' || random()::text", true), ("app.next_code()", true),
      ("CURRENT_TIMESTAMP", false), ("public.fixed()", false), ("public.moving()", true),
    ])
  func volatileDefaults(expression: String, isVolatile: Bool) throws {
    let rules = try LintBench.rules(
      """
      CREATE FUNCTION public.fixed() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '' $$;
      CREATE FUNCTION public.moving() RETURNS text LANGUAGE sql AS $$ SELECT random()::text $$;
      """, "ALTER TABLE public.rooms ADD COLUMN x text DEFAULT \(expression);")
    #expect(rules == (isVolatile ? ["volatile-default"] : []))
  }

  @Test("what to do is SQL that runs, also where names need quotes")
  func quotedRemedies() throws {
    let report = try LintBench.lint(
      [
        """
        CREATE TABLE public."Order" (tenant_id uuid NOT NULL, id uuid NOT NULL, "user" uuid);
        ALTER TABLE public.rooms ALTER COLUMN "Größe; x" SET NOT NULL;
        """
      ])
    let remedies = report.open.compactMap(\.remedy)
    #expect(
      remedies.contains(
        #"ALTER TABLE public."Order" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"#))
    #expect(remedies.contains { $0.contains(#"CHECK ("Größe; x" IS NOT NULL)"#) })
  }

  @Test("what is found at the end has its line, whose search costs little in a long file")
  func longFiles() throws {
    let comments = String(repeating: "-- a comment\n", count: 1_000)
    let text = (1...300).map {
      "CREATE TABLE public.t\($0) (tenant_id uuid NOT NULL, id uuid PRIMARY KEY);\n" + comments
    }.joined()
    func lint(_ options: LintOptions) throws -> (report: LintReport, seconds: Double) {
      var report: LintReport?
      let seconds = try processorTime {
        report = try LintBench.lint([text], prepared: false, options)
      }
      return try (#require(report), seconds)
    }
    let found = try lint(LintOptions())
    let late = found.report.open.filter { $0.rule == "tenant-table-without-policy" }
    #expect(late.map(\.location.line) == (0..<300).map { $0 * 1_001 + 1 })
    var options = LintOptions()
    options.tenantColumn = "none"
    let nothing = try lint(options)
    #expect(nothing.report.open.isEmpty)
    // Searched from the beginning for each finding, the lines took ten times as long as all else.
    #expect(found.seconds < 3 * nothing.seconds, "\(found.seconds) s, \(nothing.seconds) s")
  }

  @Test("a finding stands where the column stands, also behind letters of several bytes")
  func places() throws {
    let report = try LintBench.lint([
      """
      -- Zimmer für Gäste
      ALTER TABLE public.rooms
        ADD COLUMN "größe" text, ADD COLUMN wing char(8);
      """
    ])
    #expect(report.open.map(\.rule) == ["char-column"])
    #expect(report.open.first?.location.description == "3:39")
  }

  @Test("an allowance with its reason silences a rule in its file only, and stays in the report")
  func allowances() throws {
    let allowed = """
      -- dbtool: allow=drop-column reason=nobody reads it since 41
      ALTER TABLE public.rooms DROP COLUMN floor;
      """
    let report = try LintBench.lint([allowed, "ALTER TABLE public.bookings DROP COLUMN note;"])
    #expect(report.open.map(\.object) == ["public.bookings.note"])
    #expect(report.findings.first?.allowedBecause == "nobody reads it since 41")
    #expect(report.count(.error) == 1)
  }

  @Test("a rule that is off finds nothing, and its allowances are not called needless")
  func levels() throws {
    let options = LintOptions(levels: ["rename": .warning], disabled: ["drop-column"])
    let report = try LintBench.lint(
      [
        """
        -- dbtool: allow=drop-column reason=nobody reads it
        ALTER TABLE public.rooms DROP COLUMN floor;
        """, "ALTER TABLE public.rooms RENAME COLUMN number TO code;",
      ], options)
    #expect(report.open.map(\.rule) == ["rename"])
    #expect(report.open.first?.severity == .warning)
  }

  @Test("migrations before the first version are read, but not judged")
  func firstVersion() throws {
    let files = [
      "CREATE TABLE public.notes (id integer PRIMARY KEY, body varchar(10));",
      "ALTER TABLE public.notes ALTER COLUMN body TYPE varchar(20);",
    ]
    let report = try LintBench.lint(files, prepared: false, LintOptions(firstVersion: 2))
    #expect(report.open.map(\.rule) == ["varchar-limit"])
    #expect(report.files == 1)
  }

  @Test("a policy in the folder of policies is a policy, and what nobody protects is named")
  func policyFolder() throws {
    let table = "CREATE TABLE public.parcels (tenant_id uuid NOT NULL, id uuid NOT NULL);"
    let policy = """
      ALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY;
      ALTER TABLE public.parcels FORCE ROW LEVEL SECURITY;
      DROP POLICY IF EXISTS parcels_tenant ON public.parcels;
      CREATE POLICY parcels_tenant ON public.parcels USING (tenant_id = public.current_tenant());
      """
    #expect(try LintBench.rules(table, policies: [policy]) == [])
    #expect(
      try LintBench.rules(table)
        == ["tenant-table-without-policy", "tenant-table-without-row-security"])
    let exempt = LintOptions(exemptTables: ["public.parcels"])
    #expect(try LintBench.rules(table, options: exempt) == [])
    let other = LintOptions(tenantColumn: "org_id")
    #expect(try LintBench.rules(table, options: other) == [])
  }

  @Test("a loop that enables row-level security and creates policies may do so for every table")
  func loops() throws {
    let rules = try LintBench.rules(
      "CREATE TABLE public.parcels (tenant_id uuid NOT NULL, id uuid NOT NULL);",
      """
      DO $$ DECLARE t text; BEGIN
        FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
          EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
          EXECUTE format('CREATE POLICY p ON %I USING (tenant_id = public.current_tenant())', t);
        END LOOP;
      END $$;
      """)
    #expect(rules == [])
  }

  @Test("a view of a view of tenants' tables is one of tenants' tables")
  func nestedViews() throws {
    let rules = try LintBench.rules(
      "CREATE VIEW public.names AS SELECT number FROM public.room_names;",
      "CREATE VIEW public.numbers AS WITH rooms AS (SELECT 1 AS one) SELECT one FROM rooms;")
    #expect(rules == ["view-without-security-invoker"])
  }

  @Test("a condition that is TRUE for a role that is none of the application's is no finding")
  func otherRoles() throws {
    let policy = "CREATE POLICY all_rooms ON public.rooms TO reporting USING (true);"
    let options = LintOptions(roles: ["app_user"])
    #expect(try LintBench.rules(policy, options: options) == [])
    #expect(try LintBench.rules(policy) == ["policy-for-everybody"])
  }

  @Test("a file that could not be run is a finding at its place, and the others are judged")
  func unrunnable() throws {
    let report = try LintBench.lint(["SELECT 1;\nSELEC 2;", "DROP TABLE public.visits;"])
    #expect(report.open.map(\.rule) == ["not-runnable", "drop-table"])
    #expect(report.open.first?.location.line == 2)
  }

  @Test("CONCURRENTLY between BEGIN and COMMIT, and a BEGIN without COMMIT, are found")
  func ownTransactions() throws {
    let report = try LintBench.lint([
      """
      -- dbtool: no-transaction
      BEGIN;
      CREATE INDEX CONCURRENTLY a_idx ON public.bookings (tenant_id, arrival);
      """
    ])
    #expect(report.open.map(\.rule) == ["not-runnable", "not-runnable"])
    #expect(report.open.map(\.location.line) == [2, 3])
  }

  @Test(
    "what is right is no finding",
    arguments: [
      "ALTER TABLE public.rooms ADD COLUMN view text;",
      "ALTER TABLE public.rooms ADD COLUMN parent uuid REFERENCES public.tenants;",
      "CREATE TABLE public.codes (code text PRIMARY KEY);",
      "CREATE TEMPORARY TABLE t (tenant_id uuid, a integer PRIMARY KEY);",
      "INSERT INTO public.rooms (tenant_id, id, number) VALUES (NULL, 1, 'a');",
      "UPDATE public.rooms SET floor = 1 WHERE id = 2;",
      "GRANT EXECUTE ON FUNCTION public.room_label TO PUBLIC;",
      "REVOKE ALL ON public.rooms FROM PUBLIC;",
      "SET lock_timeout = '3s';",
      "CREATE INDEX ON ONLY public.events (at);",
      "CREATE TABLE public.events_2027 PARTITION OF public.events FOR VALUES FROM ('2027-01-01') "
        + "TO ('2028-01-01');",
    ])
  func cleanStatements(sql: String) throws {
    // A foreign key needs its index, which is another matter.
    let rules = try LintBench.rules(sql).filter {
      $0 != "foreign-key-without-index" && $0 != "short-key"
    }
    #expect(rules == [])
  }
}
