import DatabaseInstrumentation
import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Mutants")
struct MutationTests {
  private typealias Operator = MutationOperator

  private static let context =
    "(SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)"

  /// Something for every operator to weaken.
  private static let rich = """
    SET ROLE app_owner;
    CREATE POLICY all_rows ON bookings TO app_owner USING (true) WITH CHECK (true);
    CREATE POLICY same_tenant ON events AS RESTRICTIVE USING (\(PlantedSchema.own()));
    ALTER POLICY own_rows ON events USING (what <> '') WITH CHECK (what <> '');
    CREATE VIEW event_list AS SELECT * FROM events;
    CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE AS
      $$ SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$;
    CREATE TABLE signs (tenant_id uuid NOT NULL REFERENCES tenants, text text NOT NULL,
      UNIQUE (tenant_id, text));
    \(PlantedSchema.protect(
      "signs", "tenant_id = \(context) OR (tenant_id = (SELECT tenant()) AND text = 'x')"))
    CREATE TABLE notices (tenant_id uuid NOT NULL REFERENCES tenants, text text NOT NULL);
    \(PlantedSchema.protect("notices"))
    \(PlantedSchema.split("notices", update: "true"))
    REVOKE UPDATE ON notices FROM app_user;
    GRANT UPDATE (text) ON notices TO app_user;
    CREATE TABLE log (tenant_id uuid NOT NULL REFERENCES tenants, text text NOT NULL);
    \(PlantedSchema.protect("log"))
    DROP POLICY own_rows ON log;
    CREATE POLICY readers ON log FOR SELECT USING (text <> '');
    CREATE POLICY own_rows ON log AS RESTRICTIVE FOR SELECT USING (\(PlantedSchema.own()));
    CREATE TABLE parents (tenant_id uuid NOT NULL REFERENCES tenants, text text NOT NULL);
    CREATE TABLE children () INHERITS (parents);
    \(PlantedSchema.protect("parents"))
    RESET ROLE;
    CREATE VIEW low WITH (security_invoker = true, security_barrier = true) AS
      SELECT * FROM rooms WHERE floor < 1000 WITH CHECK OPTION;
    CREATE MATERIALIZED VIEW all_rooms AS SELECT * FROM rooms;
    CREATE FUNCTION room_numbers() RETURNS SETOF text LANGUAGE sql STABLE AS
      $$ SELECT number FROM rooms $$;
    GRANT SELECT ON event_list, low TO app_user
    """

  @Test("a schema that has something for each is weakened in every way, and the right rule notices")
  func operators() throws {
    // Roles are altered, for as long as the transaction lasts.
    let server = try TestServer.dedicated()
    try PlantedSchema.with(hole: Self.rich, server: server) { planted in
      let report = try planted.mutate()
      let mutants = report.mutants
      #expect(mutants.survived.isEmpty, "\(mutants.shortly(mutants.survived))")
      #expect(mutants.notMade == nil, "\(mutants.shortly(mutants.notMade ?? []))")
      #expect(report.verdict == .isolated, "\(report.summary)")
      let rules = Dictionary(grouping: mutants.kills ?? [], by: \.operator)
        .mapValues { Set($0.map(\.rule)) }
      for (mutation, rule) in Self.rules {
        #expect(
          rules[mutation]?.contains(rule) == true,
          "\(mutation.rawValue): \(rules[mutation] ?? [])")
      }
      for (mutation, reason) in Self.reasons {
        let given = (mutants.equivalent ?? []).filter { $0.operator == mutation }.map(\.reason)
        #expect(given.contains(reason), "\(mutation.rawValue): \(given)")
      }
    }
  }

  @Test("mutants that are tried on copies of the database as well come to the same end")
  func copies() throws {
    let server = try TestServer.dedicated()
    try PlantedSchema.with(hole: Self.rich, server: server) { planted in
      let alone = try planted.mutate()
      let copy = TestDatabase(copyOf: planted.database, named: "copy")
      planted.admin.close()
      try server.withAdministrator {
        _ = try $0.execute("CREATE DATABASE copy TEMPLATE \(planted.database.name)")
      }
      defer { try? copy.drop() }
      let summary = OperationSummary()
      let together = try planted.mutate(copies: [{ try Self.client(copy, summary) }])
      let statements = summary.snapshot.values.reduce(0) { $0 + $1.count }
      #expect(statements > 500, "the copy had \(statements) statements")
      #expect(together.verdict == .isolated)
      #expect(together.mutants.kills?.count == together.mutants.killed)
      #expect(Self.ends(together) == Self.ends(alone))
    }
  }

  @Test("a copy on which mutants cannot be tried is an error, and not fewer mutants")
  func brokenCopies() throws {
    try PlantedSchema.with { planted in
      #expect(throws: PostgresError.self) {
        try planted.mutate(copies: [{ throw PostgresError(.connectionLost, "starting up") }])
      }
      let gone = TestDatabase(copyOf: planted.database, named: "nowhere")
      #expect(throws: PostgresError.self) {
        try planted.mutate(copies: [{ try Self.client(gone, OperationSummary()) }])
      }
    }
  }

  @Test("where the main session cannot begin, those on copies end with it")
  func copiesOfNothing() throws {
    try PlantedSchema.with { planted in
      let database = planted.database
      _ = #expect(throws: IsolationError.unknownRole("nobody_here")) {
        try planted.mutate(
          .init(roles: ["nobody_here"]),
          copies: [{ try Self.client(database, OperationSummary()) }])
      }
    }
  }

  private static func client(
    _ database: TestDatabase, _ summary: OperationSummary
  ) throws -> InstrumentedClient {
    InstrumentedClient(
      connection: try database.connect(),
      settings: ContextSettings(tenant: "app.current_tenant_id", user: "app.current_user_id"),
      mode: .exempt, sink: summary)
  }

  /// What became of each mutant, in their order.
  private static func ends(_ report: IsolationReport) -> [String] {
    let mutants = report.mutants
    return (mutants.kills ?? []).map { "\($0.object): \($0.mutation) \($0.rule)" }
      + mutants.shortly(mutants.survived) + mutants.shortly(mutants.equivalent ?? [])
      + mutants.shortly(mutants.notMade ?? [])
  }

  private static let rules: [(Operator, String)] = [
    (.usingTrue, "using-true"), (.checkTrue, "check-true"), (.checkAsUsing, "using-true"),
    (.orUnset, "unset-context"), (.orEmpty, "empty-context"),
    (.conjunctRemoved, "cross-tenant-read"), (.branchTrue, "cross-tenant-read"),
    (.greaterOrEqual, "cross-tenant-read"), (.restrictiveDropped, "cross-tenant-read"),
    (.restrictiveElsewhere, "cross-tenant-read"), (.commandWidened, "cross-tenant-insert"),
    (.policyToPublic, "using-true"), (.rowSecurityDisabled, "rls-not-enabled"),
    (.ownerChanged, "truncate-granted"), (.truncateGranted, "truncate-granted"),
    (.triggerGranted, "trigger-granted"), (.selectGranted, "rls-not-enabled"),
    (.selectGranted, "matview-exposed"), (.roleBypasses, "role-bypassrls"),
    (.ownerGranted, "truncate-granted"), (.invokerReset, "view-definer"),
    (.viewOwner, "view-definer"), (.definer, "definer-function-reads"),
    (.immutable, "immutable-context"), (.referenceWithoutTenant, "cross-tenant-reference"),
    (.keyWithoutTenant, "uniqueness-oracle"),
  ]

  private static let reasons: [(Operator, String)] = [
    (.notDistinct, "the tenant column refuses NULL"),
    (.nullIfRemoved, "what remains still compares the tenant with the setting"),
    (.notForced, "no role is or becomes its owner, nor does a view or function run as the owner"),
    (.referencesGranted, "the role may make no table that could refer to it"),
    (.barrierReset, "it runs with its reader's rights, whom the policies of its tables bind"),
    (.checkOptionReset, "it runs with its reader's rights, whom the policies of its tables bind"),
  ]
}

extension PlantedSchema {
  /// What `verify-rls --mutate` says.
  func mutate(
    _ options: IsolationOptions = .init(roles: ["app_user"]),
    copies: [IsolationVerifier.Copy] = []
  ) throws -> IsolationReport {
    var options = options
    options.mutates = true
    return try verify(options, copies: copies)
  }
}

extension IsolationReport.Mutants {
  /// Mutants in short.
  func shortly(_ mutants: [IsolationReport.Mutation]) -> [String] {
    mutants.map { "\($0.operator.rawValue) \($0.object): \($0.mutation) (\($0.reason ?? ""))" }
  }
}
