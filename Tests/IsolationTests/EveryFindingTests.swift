import Foundation
import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Every finding, whatever its rule")
struct EveryFindingTests {
  /// A schema with something wrong.
  struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var sql: String
    var role = "app_user"
    var changesRoles = false

    var testDescription: String { name }
  }

  static let planted: [Example] =
    (Hole.ofTables + Hole.ofChildren + Hole.ofContext + Hole.ofConstraints)
    .map { Example(name: $0.name, sql: $0.sql, role: $0.role) }
    + Hole.ofRoles.map { Example(name: $0.name, sql: $0.sql, role: $0.role, changesRoles: true) }
    + ways.map { Example(name: $0.name, sql: $0.sql) }
    + stepsAway.map { Example(name: $0.name, sql: $0.hole) }
    + more

  private static let ways =
    WayIn.throughBranches + WayIn.throughOthers + WayIn.throughComputing + WayIn.throughArguments
    + WayIn.throughViews + WayIn.throughEffects
  private static let stepsAway =
    StepAway.ofOwners + StepAway.ofObjects + StepAway.ofFunctions + StepAway.ofNames
    + StepAway.ofBodies

  /// What the planted holes do not show: fixes that need more than one statement or another form.
  static let more: [Example] = [
    Example(
      name: "all rights on all tables, TRUNCATE among them",
      sql: "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC"),
    Example(
      name: "ids are texts, and a policy compares them without regard to case",
      sql: """
        CREATE TABLE accounts (tenant_id varchar(12) NOT NULL, id int PRIMARY KEY);
        \(PlantedSchema.protect("accounts", "lower(tenant_id) = lower(\(setting))"))
        """),
    Example(
      name: "a policy looks another table up",
      sql: """
        CREATE TABLE shares (tenant_id uuid NOT NULL REFERENCES tenants, room_id uuid NOT NULL);
        \(PlantedSchema.protect("shares"))
        CREATE POLICY shared ON rooms FOR SELECT
          USING (EXISTS (SELECT 1 FROM shares s WHERE s.room_id IS NOT NULL));
        """),
    Example(
      name: "a primary key that others refer to leaves the tenant out",
      sql: """
        CREATE TABLE plans (tenant_id uuid NOT NULL REFERENCES tenants, code text PRIMARY KEY);
        CREATE TABLE contracts (tenant_id uuid NOT NULL REFERENCES tenants,
          id uuid PRIMARY KEY, code text REFERENCES plans ON DELETE SET NULL);
        \(PlantedSchema.protect("plans")) \(PlantedSchema.protect("contracts"))
        """),
    Example(
      name: "a unique index over an expression",
      sql: """
        CREATE UNIQUE INDEX "Room (number)" ON rooms (lower(number)) WHERE floor > -5
        """),
    Example(
      name: "a foreign key to a table without a tenant column",
      sql: "ALTER TABLE rooms ADD COLUMN note_id uuid REFERENCES notes (id)"),
    Example(
      name: "a child of a child without row-level security",
      sql: """
        CREATE TABLE marks (note_id uuid NOT NULL REFERENCES notes, id uuid PRIMARY KEY);
        GRANT SELECT, INSERT, UPDATE, DELETE ON marks TO app_user
        """),
    Example(
      name: "names that need quotes",
      sql: """
        CREATE TABLE \(quoted) ("Id" uuid PRIMARY KEY, tenant_id uuid NOT NULL
          REFERENCES tenants, "Number" text NOT NULL UNIQUE);
        \(PlantedSchema.protect(quoted))
        CREATE POLICY "every ""o""ne" ON \(quoted) FOR SELECT USING ("Number" <> '');
        """),
    Example(
      name: "the application owns its tables",
      sql: "ALTER TABLE rooms OWNER TO app_user; ALTER TABLE notes OWNER TO app_user"),
    Example(
      name: "the application may become the administrator", sql: "GRANT app_admin TO app_user",
      changesRoles: true),
    Example(
      name: "the application may create roles", sql: "ALTER ROLE app_user CREATEROLE",
      changesRoles: true),
    Example(
      name: "sessions begin with a tenant",
      sql: """
        ALTER ROLE app_user SET app.current_tenant_id = '11111111-1111-4111-8111-111111111111'
        """, changesRoles: true),
  ]

  private static let quoted = #""My ""Room""s""#
  private static let setting = "current_setting('app.current_tenant_id', true)"

  @Test(
    "its script shows in psql what the evidence says and leaves nothing, its fix mends it, and nothing new comes",
    arguments: planted)
  func finding(_ example: Example) throws {
    let options = IsolationOptions(roles: [example.role])
    let count = try with(example) { schema, report in
      let before = try schema.fingerprint()
      try FindingChecks.shown(in: report, of: schema, example.name)
      #expect(try schema.fingerprint() == before, "something was left behind")
      try FindingChecks.fix(0, in: report, of: schema, options, example.name)
      return FindingChecks.fixes(in: report).count
    }
    // Each fix alone, so each on a database that has all holes.
    for index in 0..<count where index > 0 {
      try with(example) {
        try FindingChecks.fix(index, in: $1, of: $0, options, example.name)
      }
    }
  }

  @Test("a policy that compares the wrong column is mended to compare the right one")
  func wrongColumn() throws {
    let hole = """
      ALTER TABLE rooms ADD COLUMN labels jsonb NOT NULL DEFAULT '{}';
      DROP POLICY own_rows ON rooms;
      CREATE POLICY labelled ON rooms USING (labels ->> 'tenant' = \(Self.setting))
      """
    try PlantedSchema.with(hole: hole) { schema in
      let fixes = FindingChecks.fixes(in: try schema.verify())
      try #require(!fixes.isEmpty)
      for fix in fixes { try schema.run(fix.sql) }
      let report = try schema.verify()
      #expect(report.operations("public.rooms") == .init(all: .isolated))
      #expect(report.verdict == .isolated)
    }
  }

  private func with<Result>(
    _ example: Example, _ body: (PlantedSchema, IsolationReport) throws -> Result
  ) throws -> Result {
    // Attributes and memberships belong to the whole server.
    let server = example.changesRoles ? try TestServer.dedicated() : nil
    if let server {
      try server.ensureRoles()
      _ = try server.withAdministrator { try $0.execute("CREATE ROLE app_admin BYPASSRLS") }
    }
    return try PlantedSchema.with(hole: example.sql, server: server) { schema in
      if server != nil {
        try schema.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_admin")
      }
      return try body(schema, try schema.verify(.init(roles: [example.role])))
    }
  }
}
