import Postgres
import TestSupport
import Testing

@Suite("Several models of tenancy in one database", .besideOthers)
struct ComposedTenancyTests {
  private static let schema = """
    CREATE TABLE organisations (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE properties (org_id int NOT NULL REFERENCES organisations, id int NOT NULL,
      PRIMARY KEY (org_id, id));
    CREATE TABLE bookings (org_id int NOT NULL, id int NOT NULL, property_id int NOT NULL,
      PRIMARY KEY (org_id, id), FOREIGN KEY (org_id, property_id) REFERENCES properties);
    CREATE TABLE drafts (org_id int NOT NULL REFERENCES organisations, id int NOT NULL,
      user_id int NOT NULL, PRIMARY KEY (org_id, id));
    CREATE TABLE templates (id int PRIMARY KEY, org_id int REFERENCES organisations);
    CREATE INDEX ON templates (org_id);
    CREATE TABLE support_access (org_id int NOT NULL REFERENCES organisations, id int NOT NULL,
      staff text NOT NULL, reason text NOT NULL, granted_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL, PRIMARY KEY (org_id, id));
    INSERT INTO organisations VALUES (1, 'a'), (2, 'b');
    INSERT INTO properties VALUES (1, 10), (1, 11), (2, 20);
    INSERT INTO bookings VALUES (1, 1, 10), (1, 2, 10), (1, 3, 11), (2, 1, 20);
    INSERT INTO drafts VALUES (1, 1, 7), (1, 2, 8), (2, 1, 7);
    INSERT INTO templates VALUES (1, 1), (2, 2), (3, NULL);
    """

  private static let manifest = """
    tenant: {setting: app.org, column: org_id, list: app.orgs}
    within:
      property: {setting: app.property, column: property_id, optional: true}
      author: {setting: app.current_user_id, column: user_id, tables: [drafts]}
    roles:
      application: [app_user]
      administration: [app_owner]
    support: {role: app_readonly, table: support_access, tenant: org_id, staff-setting: app.staff}
    tables:
      templates: {shared: true}
      support_access: {access: read-only}
    """

  private func withOrganisations(_ body: (Project) throws -> Void) throws {
    try withProject { project in
      try project.execute(Self.schema)
      try project.write("policies/m.yaml", Self.manifest)
      try project.write("dbtool.yaml", "tenancy: {user-setting: app.current_user_id}\n")
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      try body(project)
    }
  }

  /// Expects that a role sees so many rows of a table with these settings.
  private func expect(
    _ count: Int, of table: String, _ settings: [String: String], _ project: Project,
    as role: String = "app_user", _ location: SourceLocation = #_sourceLocation
  ) throws {
    let connection = try #require(try project.database?.connect())
    defer { connection.close() }
    try connection.execute("BEGIN")
    try connection.execute("SET LOCAL ROLE \(role)")
    for (name, value) in settings {
      try connection.execute("SELECT set_config($1, $2, true)", [.text(name), .text(value)])
    }
    let seen = try connection.execute("SELECT count(*) FROM \(table)").scalar
    #expect(seen == "\(count)", "\(table) \(settings)", sourceLocation: location)
  }

  @Test("a property inside an organisation narrows what is seen while it is set")
  func narrower() throws {
    try withOrganisations { project in
      try expect(3, of: "bookings", ["app.org": "1"], project)
      try expect(2, of: "bookings", ["app.org": "1", "app.property": "10"], project)
      try expect(0, of: "bookings", ["app.org": "1", "app.property": "20"], project)
      try expect(0, of: "bookings", ["app.property": "10"], project)
    }
  }

  @Test("rows of a user inside a tenant need the user")
  func perUser() throws {
    try withOrganisations { project in
      try expect(0, of: "drafts", ["app.org": "1"], project)
      try expect(1, of: "drafts", ["app.org": "1", "app.current_user_id": "7"], project)
      try expect(0, of: "drafts", ["app.org": "2", "app.current_user_id": "8"], project)
    }
  }

  @Test("shared rows are read by every tenant and written by none")
  func shared() throws {
    try withOrganisations { project in
      try expect(2, of: "templates", ["app.org": "1"], project)
      let connection = try #require(try project.database?.connect())
      defer { connection.close() }
      try connection.execute("BEGIN")
      try connection.execute("SET LOCAL ROLE app_user")
      try connection.execute("SET LOCAL app.org = '1'")
      #expect(try connection.execute("DELETE FROM templates").rowCount == 1)
      #expect(throws: PostgresError.self) {
        try connection.execute("INSERT INTO templates VALUES (9, NULL)")
      }
    }
  }

  @Test("a list of tenants is read, and written only as the one that is current")
  func list() throws {
    try withOrganisations { project in
      try expect(3, of: "properties", ["app.orgs": "1,2"], project)
      try expect(0, of: "properties", ["app.orgs": ""], project)
      try expect(3, of: "properties", ["app.orgs": "2", "app.org": "1"], project)
      let connection = try #require(try project.database?.connect())
      defer { connection.close() }
      try connection.execute("BEGIN")
      try connection.execute("SET LOCAL ROLE app_user")
      try connection.execute("SET LOCAL app.orgs = '1,2'")
      #expect(try connection.execute("UPDATE properties SET id = id").rowCount == 0)
      #expect(throws: PostgresError.self) {
        try connection.execute("INSERT INTO properties VALUES (2, 21)")
      }
    }
  }

  @Test("support sees a tenant while a permission lasts, and cannot give itself one")
  func support() throws {
    try withOrganisations { project in
      let context = ["app.org": "1", "app.staff": "kim"]
      try expect(0, of: "bookings", context, project, as: "app_readonly")
      try project.execute(
        """
        INSERT INTO support_access VALUES
          (1, 1, 'kim', 'ticket 12', now(), now() + interval '1 hour'),
          (2, 1, 'kim', 'ticket 9', now() - interval '2 hours', now() - interval '1 hour'),
          (2, 2, 'lee', 'ticket 3', now(), now() + interval '1 hour');
        """)
      try expect(3, of: "bookings", context, project, as: "app_readonly")
      try expect(
        0, of: "bookings", ["app.org": "2", "app.staff": "kim"], project, as: "app_readonly")
      // The record of who may look: one's own, to read.
      try expect(2, of: "support_access", ["app.staff": "kim"], project, as: "app_readonly")
      let connection = try #require(try project.database?.connect())
      defer { connection.close() }
      try connection.execute("BEGIN")
      try connection.execute("SET LOCAL ROLE app_readonly")
      #expect(throws: PostgresError.self) {
        try connection.execute(
          "INSERT INTO support_access VALUES (2, 9, 'kim', '', now(), now() + interval '1 day')")
      }
    }
  }

  @Test("administration sees everything, and the application is isolated")
  func isolated() throws {
    try withOrganisations { project in
      try expect(4, of: "bookings", [:], project, as: "app_owner")
      let verified = try project.run("verify-rls")
      #expect(verified.status == 0, "\(verified.stdout.suffix(2_000))")
    }
  }
}
