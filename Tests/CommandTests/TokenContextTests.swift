import Postgres
import TestSupport
import Testing

/// Supabase and PostgREST tell tenants and users by the claims of a token, in a setting that holds JSON.
@Suite("Tenants in the claims of a token", .besideOthers)
struct TokenContextTests {
  private static let supabase = """
    CREATE SCHEMA auth;
    GRANT USAGE ON SCHEMA auth, public TO app_user;
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
      $f$ SELECT NULLIF(current_setting('request.jwt.claims', true), '')::jsonb $f$;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
      $f$ SELECT (auth.jwt() ->> 'sub')::uuid $f$;
    CREATE TABLE organisations (id uuid PRIMARY KEY, name text NOT NULL);
    CREATE TABLE projects (id uuid PRIMARY KEY, organisation_id uuid NOT NULL
      REFERENCES organisations (id), name text);
    CREATE INDEX ON projects (organisation_id);
    CREATE TABLE tasks (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects (id));
    CREATE INDEX ON tasks (project_id);
    CREATE SCHEMA supabase_migrations;
    CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, name text);
    CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
    GRANT SELECT, INSERT, UPDATE, DELETE ON projects, tasks TO app_user;
    GRANT SELECT ON organisations TO app_user;
    ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
    ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
    ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON organisations FOR SELECT TO app_user
      USING (id = ((auth.jwt() -> 'app_metadata') ->> 'organisation_id')::uuid);
    CREATE POLICY own ON projects TO app_user
      USING (organisation_id = ((auth.jwt() -> 'app_metadata') ->> 'organisation_id')::uuid);
    CREATE POLICY own ON tasks TO app_user
      USING (project_id IN (SELECT p.id FROM projects p WHERE p.organisation_id =
        ((auth.jwt() -> 'app_metadata') ->> 'organisation_id')::uuid));
    """

  @Test("init recognises the claim, and the tenant is kept apart by it")
  func recognised() throws {
    try withProject { project in
      let connection = try #require(try project.database?.connect())
      defer { connection.close() }
      try connection.runScript(Self.supabase)
      #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
      let manifest = try project.read("policies/isolation.yaml")
      #expect(manifest.contains("setting: request.jwt.claims"), "\(manifest)")
      #expect(manifest.contains("claim: app_metadata.organisation_id"), "\(manifest)")
      #expect(manifest.contains("column: organisation_id"), "\(manifest)")
      #expect(manifest.contains("schema_migrations: {exempt: "), "\(manifest)")
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      let verified = try project.run("verify-rls")
      #expect(verified.status == 0, "\(verified.stdout.suffix(2_000))\(verified.stderr)")
      #expect(verified.stdout.contains("public.tasks"))
    }
  }

  @Test("a manifest makes policies that read a claim once, as PostgREST hands it over")
  func made() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE rooms (id int PRIMARY KEY, tenant_id int NOT NULL);
        CREATE INDEX ON rooms (tenant_id);
        """)
      try project.write(
        "policies/m.yaml",
        """
        tenant: {setting: request.jwt.claims, claim: tenant_id, column: tenant_id}
        roles: {application: [app_user]}
        """)
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(applied.stdout.contains("tenants tried and kept apart"))
      #expect(try project.run("policies", "check").status == 0)
      #expect(try project.run("verify-rls").status == 0)
      try project.execute("INSERT INTO rooms VALUES (1, 1), (2, 2);")
      let connection = try #require(try project.database?.connect())
      defer { connection.close() }
      try connection.execute("BEGIN")
      try connection.execute("SET LOCAL ROLE app_user")
      try connection.execute(#"SET LOCAL request.jwt.claims = '{"tenant_id": 2}'"#)
      #expect(try connection.execute("SELECT id FROM rooms").scalar == "2")
    }
  }

  @Test("a setting that nothing tells of is given by tenancy.context")
  func given() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE rooms (id int PRIMARY KEY, tenant_id int NOT NULL);
        GRANT SELECT ON rooms TO app_user;
        ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
        CREATE FUNCTION mode() RETURNS boolean LANGUAGE plpgsql STABLE AS
          $f$ BEGIN RETURN md5(current_setting('app.mode', true)) = md5('t' || 'enant'); END $f$;
        CREATE POLICY p ON rooms TO app_user USING (mode()
          AND tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::int);
        """)
      #expect(try project.run("verify-rls", "--role", "app_user").status == 4)
      try project.write("dbtool.yaml", "tenancy:\n  context: {app.mode: tenant}\n")
      let verified = try project.run("verify-rls", "--role", "app_user")
      #expect(verified.status == 0, "\(verified.stdout.suffix(2_000))\(verified.stderr)")
    }
  }
}
