import Foundation
import Postgres
import SQLSyntax
import TestSupport
import Testing

@Suite("Policies for Payload CMS", .besideOthers)
struct PayloadTests {
  /// The tables of a small hotel site in the shapes that Payload's Drizzle adapter makes, in words of
  /// our own: a collection with arrays, blocks in blocks, languages, references and drafts, a global,
  /// people who log in, and the multi-tenant plugin's columns.
  private static let hotel = """
    CREATE TYPE enum_locales AS ENUM ('en', 'de');
    CREATE TABLE tenants (id serial PRIMARY KEY, name varchar NOT NULL);
    CREATE TABLE users (id serial PRIMARY KEY, email varchar NOT NULL, hash varchar, salt varchar);
    CREATE TABLE users_sessions (_order int NOT NULL,
      _parent_id int NOT NULL REFERENCES users (id) ON DELETE CASCADE, id varchar PRIMARY KEY);
    CREATE TABLE users_tenants (_order int NOT NULL,
      _parent_id int NOT NULL REFERENCES users (id) ON DELETE CASCADE, id varchar PRIMARY KEY,
      tenant_id int REFERENCES tenants (id) ON DELETE SET NULL);
    CREATE TABLE bookings (id serial PRIMARY KEY, slug varchar UNIQUE, guest_id int
      REFERENCES users (id) ON DELETE SET NULL,
      tenant_id int REFERENCES tenants (id) ON DELETE SET NULL);
    CREATE INDEX ON bookings (tenant_id);
    CREATE TABLE bookings_locales (title varchar, id serial PRIMARY KEY, _locale enum_locales NOT NULL,
      _parent_id int NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
      UNIQUE (_locale, _parent_id));
    CREATE TABLE bookings_blocks_room (_order int NOT NULL, _path text NOT NULL,
      _parent_id int NOT NULL REFERENCES bookings (id) ON DELETE CASCADE, id varchar PRIMARY KEY);
    CREATE TABLE bookings_blocks_room_beds (_order int NOT NULL,
      _parent_id varchar NOT NULL REFERENCES bookings_blocks_room (id) ON DELETE CASCADE,
      id varchar PRIMARY KEY, width numeric);
    CREATE TABLE bookings_rels (id serial PRIMARY KEY, "order" int,
      parent_id int NOT NULL REFERENCES bookings (id) ON DELETE CASCADE, path varchar NOT NULL,
      bookings_id int REFERENCES bookings (id) ON DELETE CASCADE);
    CREATE TABLE bookings_texts (id serial PRIMARY KEY, "order" int NOT NULL,
      parent_id int NOT NULL REFERENCES bookings (id) ON DELETE CASCADE, path varchar NOT NULL,
      text varchar);
    CREATE TABLE _bookings_v (id serial PRIMARY KEY,
      parent_id int REFERENCES bookings (id) ON DELETE SET NULL, version_slug varchar,
      version_tenant_id int REFERENCES tenants (id) ON DELETE SET NULL, latest boolean);
    CREATE TABLE _bookings_v_blocks_room (_order int NOT NULL, _path text NOT NULL,
      _parent_id int NOT NULL REFERENCES _bookings_v (id) ON DELETE CASCADE, id serial PRIMARY KEY,
      _uuid varchar);
    CREATE TABLE header (id serial PRIMARY KEY, updated_at timestamptz);
    CREATE TABLE header_nav_items (_order int NOT NULL,
      _parent_id int NOT NULL REFERENCES header (id) ON DELETE CASCADE, id varchar PRIMARY KEY);
    CREATE TABLE payload_preferences (id serial PRIMARY KEY, key varchar);
    CREATE TABLE payload_preferences_rels (id serial PRIMARY KEY,
      parent_id int NOT NULL REFERENCES payload_preferences (id) ON DELETE CASCADE,
      path varchar NOT NULL, users_id int REFERENCES users (id) ON DELETE CASCADE);
    CREATE TABLE payload_migrations (id serial PRIMARY KEY, name varchar, batch numeric);
    """

  private func decideAll(_ project: Project) throws {
    let manifest = try project.read("policies/payload.yaml")
    try project.write(
      "policies/payload.yaml",
      manifest.replacing(/\{undecided: "[^"]*"\}/, with: "{global: read-write}"))
  }

  /// The whole way: init, decide, apply, nothing left, proven, changed by hand, named, mended.
  private func goTheWholeWay(_ project: Project) throws {
    #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
    let hasQuestions = try project.read("policies/payload.yaml").contains("{undecided: ")
    if hasQuestions {
      #expect(
        try project.run("policies", "apply", "--allow-loosening", "--lock-timeout", "60s").status
          == 2)
      try decideAll(project)
    }
    let applied = try project.run(
      "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
    #expect(applied.status == 0, "\(applied)")
    let check = try project.run("policies", "check")
    #expect(check.status == 0, "\(check)")
    let verified = try project.run("verify-rls", "--mutate", "--strict")
    #expect(verified.status == 0, "\(verified.stdout.suffix(3_000)) \(verified.stderr)")
    try project.execute("ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;")
    let drift = try project.run("policies", "check")
    #expect(drift.status == 1 && drift.stdout.contains("public.tenants  tightens"), "\(drift)")
    #expect(try project.run("policies", "apply", "--lock-timeout", "60s").status == 0)
    #expect(try project.run("policies", "check").status == 0)
    #expect(try project.run("policies", "init", "--check").status == 0)
  }

  @Test("tables are recognised by their foreign keys, and every one has a line with its class")
  func classes() throws {
    try withProject { project in
      try project.execute(Self.hotel)
      let written = try project.run("policies", "init", "--role", "app_user", "--format", "json")
      #expect(written.status == 0, "\(written)")
      let manifest = try project.read("policies/payload.yaml")
      for line in [
        "tenants: root", "bookings: column", "_bookings_v: {column: version_tenant_id}",
        "bookings_locales: {parent: bookings}", "bookings_blocks_room: {parent: bookings}",
        "bookings_blocks_room_beds: {parent: bookings_blocks_room}",
        "bookings_rels: {parent: bookings, key: [parent_id]}",
        "bookings_texts: {parent: bookings}", "_bookings_v_blocks_room: {parent: _bookings_v}",
        "header: {undecided: ", "header_nav_items: {parent: header}", "users: {exempt: ",
        "users_tenants: {parent: users}", "payload_migrations: {exempt: ",
      ] {
        #expect(manifest.contains("  \(line)"), "\(line)")
      }
      let tables = try project.query(
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
      )
      #expect(
        manifest.split(separator: "\n").count { $0.hasPrefix("  ") && $0.contains(": ") }
          >= Int(tables ?? "") ?? 0)
      let notes = try written.json()["notes"] as? [String] ?? []
      #expect(notes.contains { $0.contains("bookings.tenant_id may be NULL") })
      #expect(notes.contains { $0.contains("slug unique across all tenants") })
    }
  }

  @Test("a hotel's site goes from init to proof, and a hand-made change is mended")
  func wholeWay() throws {
    try withProject { project in
      try project.execute(Self.hotel)
      // Payload reads its own tables without a tenant.
      try project.execute(
        """
        GRANT SELECT, INSERT, UPDATE, DELETE ON users, users_sessions, users_tenants,
          payload_preferences, payload_preferences_rels, payload_migrations TO app_user;
        """)
      try goTheWholeWay(project)
    }
  }

  @Test("a block that Payload adds is found missing, and gets its line")
  func newBlock() throws {
    try withProject { project in
      try project.execute(Self.hotel)
      #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
      try decideAll(project)
      #expect(try project.run("policies", "init", "--check").status == 0)
      try project.execute(
        """
        CREATE TABLE bookings_blocks_spa (_order int NOT NULL, _path text NOT NULL,
          _parent_id int NOT NULL REFERENCES bookings (id) ON DELETE CASCADE, id varchar PRIMARY KEY);
        CREATE TABLE reviews (id serial PRIMARY KEY, stars int);
        """)
      let check = try project.run("policies", "init", "--check")
      #expect(check.status == 1 && check.stdout.contains("2 tables without a line"), "\(check)")
      #expect(try project.run("policies", "init").status == 0)
      let manifest = try project.read("policies/payload.yaml")
      #expect(manifest.contains("bookings_blocks_spa: {parent: bookings}"))
      #expect(manifest.contains("reviews: {undecided: "))
      #expect(manifest.contains("header: {global: read-write}"))
    }
  }

  /// Real migrations of Payload, with the collections that get a tenant.
  private static let files: [(name: String, owned: [String])] = [
    ("with-postgres-initial.sql", ["media"]), ("test-blocks.sql", ["posts", "posts_versioned"]),
    ("test-up-down.sql", []), ("test-rels-v2-1.sql", []),
  ]

  @Test("real schemas of Payload go the whole way", arguments: files.indices)
  func realSchemas(index: Int) throws {
    let (name, owned) = Self.files[index]
    guard let path = SharedTestData.path("payload/\(name)") else {
      print("skipped: there is no shared test data")
      return
    }
    let sql = try String(contentsOfFile: path, encoding: .utf8)
    try withProject { project in
      let database = try #require(project.database)
      let connection = try database.connect()
      defer { connection.close() }
      let plugin = """
        CREATE TABLE tenants (id serial PRIMARY KEY, name varchar NOT NULL);
        CREATE TABLE users_tenants (_order int NOT NULL,
          _parent_id int NOT NULL REFERENCES users (id) ON DELETE CASCADE, id varchar PRIMARY KEY,
          tenant_id int REFERENCES tenants (id) ON DELETE SET NULL);
        """
      try connection.runScript(sql + plugin)
      for table in owned {
        try connection.runScript(
          """
          ALTER TABLE \(table) ADD COLUMN tenant_id int REFERENCES tenants (id) ON DELETE SET NULL;
          CREATE INDEX ON \(table) (tenant_id);
          """)
        let versions = "_\(table)_v"
        guard try project.query("SELECT to_regclass('\(versions)')") != nil else { continue }
        try connection.runScript(
          "ALTER TABLE \(versions) ADD COLUMN version_tenant_id int REFERENCES tenants (id);")
      }
      try goTheWholeWay(project)
    }
  }
}
