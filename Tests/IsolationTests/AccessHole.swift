import Testing

/// What opens the schema of memberships, what is to be said of it, and the same thing built well.
struct AccessHole: Sendable, CustomTestStringConvertible {
  var name: String
  var hole: String
  var finding: String
  var twin: String

  var testDescription: String { name }

  private static let user = MembershipSchema.user
  private static let claims =
    "(NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid"
  private static let setting = "NULLIF(current_setting('app.current_tenant_id', true), '')::uuid"

  /// Ways to write the same predicate, with what has to be made first.
  static let dialects: [(name: String, before: String, predicate: String, user: String)] = [
    (
      "with the tenant setting too", "", "tenant_id = \(setting) AND \(MembershipSchema.mine())",
      user
    ),
    (
      "EXISTS and a join", "",
      """
      EXISTS (SELECT FROM users u JOIN memberships m ON m.user_id = u.id
        WHERE m.tenant_id = projects.tenant_id AND u.id = \(user))
      """, user
    ),
    (
      "a SECURITY DEFINER function in SQL",
      """
      CREATE FUNCTION is_member(tenant uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT EXISTS (SELECT FROM memberships WHERE tenant_id = tenant AND user_id = \(user)) $$;
      """, "is_member(tenant_id)", user
    ),
    (
      "a SECURITY DEFINER function in PL/pgSQL with a variable",
      """
      CREATE FUNCTION my_tenants() RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE me uuid := \(user);
        BEGIN RETURN QUERY SELECT m.tenant_id FROM memberships m WHERE m.user_id = me; END $$;
      """, "tenant_id IN (SELECT my_tenants())", user
    ),
    (
      "auth.uid() from the claims of a token",
      """
      CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO app_user, app_owner;
      CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT \(claims) $$;
      """, MembershipSchema.mine(user: "auth.uid()"), "auth.uid()"
    ),
  ]

  static let all = [
    AccessHole(
      name: "a user enrols itself in another tenant",
      hole: """
        CREATE POLICY enrol ON memberships FOR INSERT WITH CHECK (user_id = \(user));
        GRANT INSERT ON memberships TO app_user
        """, finding: "error self-enrolment insert public.memberships app_user",
      twin: """
        CREATE POLICY enrol ON memberships FOR INSERT WITH CHECK (tenant_id = \(setting));
        GRANT INSERT ON memberships TO app_user
        """),
    AccessHole(
      name: "a user moves its own membership to another tenant",
      hole: """
        CREATE POLICY change ON memberships FOR UPDATE USING (user_id = \(user));
        GRANT UPDATE ON memberships TO app_user
        """, finding: "error self-enrolment update public.memberships app_user",
      twin: """
        CREATE POLICY change ON memberships FOR UPDATE USING (user_id = \(user));
        GRANT UPDATE (role) ON memberships TO app_user
        """),
    AccessHole(
      name: "a table maps keys to tenants, and the application may change it",
      hole: """
        CREATE TABLE api_keys (key text PRIMARY KEY, org uuid NOT NULL);
        \(PlantedSchema.protect("api_keys", "key = current_setting('app.api_key', true)"))
        CREATE POLICY by_key ON projects FOR SELECT USING (tenant_id = (
          SELECT k.org FROM api_keys k WHERE k.key = current_setting('app.api_key', true)))
        """, finding: "error self-enrolment update public.api_keys app_user",
      twin: """
        CREATE TABLE api_keys (key text PRIMARY KEY, org uuid NOT NULL);
        \(PlantedSchema.protect("api_keys", "key = current_setting('app.api_key', true)"))
        REVOKE INSERT, UPDATE, DELETE ON api_keys FROM app_user;
        CREATE POLICY by_key ON projects FOR SELECT USING (tenant_id = (
          SELECT k.org FROM api_keys k WHERE k.key = current_setting('app.api_key', true)))
        """),
    AccessHole(
      name: "a tenant shares another tenant's rows with itself",
      hole: """
        CREATE TABLE shares (tenant_id uuid NOT NULL REFERENCES tenants,
          project_id uuid NOT NULL REFERENCES projects, PRIMARY KEY (tenant_id, project_id));
        \(PlantedSchema.protect("shares"))
        CREATE POLICY shared ON projects FOR SELECT USING (EXISTS (
          SELECT FROM shares s WHERE s.project_id = projects.id))
        """, finding: "error self-enrolment insert public.shares app_user",
      twin: """
        CREATE TABLE shares (tenant_id uuid NOT NULL REFERENCES tenants,
          project_id uuid NOT NULL REFERENCES projects, PRIMARY KEY (tenant_id, project_id));
        \(PlantedSchema.protect("shares"))
        REVOKE INSERT, UPDATE ON shares FROM app_user;
        CREATE POLICY shared ON projects FOR SELECT USING (EXISTS (
          SELECT FROM shares s WHERE s.project_id = projects.id))
        """),
    AccessHole(
      name: "shares that everybody may read, and nobody asks with whom",
      hole: """
        CREATE TABLE shares (tenant_id uuid NOT NULL REFERENCES tenants,
          project_id uuid NOT NULL REFERENCES projects);
        CREATE POLICY shared ON projects FOR SELECT USING (is_shared(id))
        """, finding: "error cross-tenant-read select public.projects app_user",
      twin: """
        CREATE TABLE shares (tenant_id uuid NOT NULL REFERENCES tenants,
          project_id uuid NOT NULL REFERENCES projects);
        CREATE POLICY shared ON projects FOR SELECT USING (is_shared(id, \(setting)))
        """),
    AccessHole(
      name: "revoked memberships are honoured",
      hole: "ALTER TABLE memberships ADD COLUMN revoked_at timestamptz",
      finding: "warning ended-access select public.projects app_user",
      twin: """
        ALTER TABLE memberships ADD COLUMN revoked_at timestamptz;
        CREATE POLICY current ON memberships AS RESTRICTIVE USING (revoked_at IS NULL)
        """),
    AccessHole(
      name: "expired memberships are honoured",
      hole: "ALTER TABLE memberships ADD COLUMN expires_at timestamptz",
      finding: "warning ended-access select public.projects app_user",
      twin: """
        ALTER TABLE memberships ADD COLUMN expires_at timestamptz NOT NULL DEFAULT 'infinity';
        CREATE POLICY current ON memberships AS RESTRICTIVE USING (expires_at > now())
        """),
    AccessHole(
      name: "suspended memberships are honoured",
      hole: """
        ALTER TABLE memberships ADD COLUMN status text NOT NULL DEFAULT 'active'
          CHECK (status IN ('active', 'suspended'))
        """, finding: "warning ended-access select public.projects app_user",
      twin: """
        ALTER TABLE memberships ADD COLUMN status text NOT NULL DEFAULT 'suspended'
          CHECK (status IN ('active', 'suspended'));
        ALTER POLICY own_rows ON projects
          USING (tenant_id IN (SELECT tenant_id FROM memberships
            WHERE user_id = \(user) AND status = 'active'))
          WITH CHECK (tenant_id IN (SELECT tenant_id FROM memberships
            WHERE user_id = \(user) AND status = 'active'));
        ALTER POLICY own_rows ON tenants
          USING (id IN (SELECT tenant_id FROM memberships
            WHERE user_id = \(user) AND status = 'active'))
        """),
    AccessHole(
      name: "the table of memberships is open",
      hole: "CREATE POLICY everyone ON memberships FOR SELECT USING (true)",
      finding: "error using-true select public.memberships app_user",
      twin: "CREATE POLICY staff ON memberships FOR SELECT USING (tenant_id = \(setting))"),
    AccessHole(
      name: "memberships without row-level security",
      hole: "ALTER TABLE memberships DISABLE ROW LEVEL SECURITY",
      finding: "error rls-not-enabled select public.memberships app_user",
      twin: "COMMENT ON TABLE memberships IS 'who works where'"),
  ]

  static let functions = """
    CREATE FUNCTION is_shared(project uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
      SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN RETURN EXISTS (SELECT FROM shares WHERE project_id = project); END $$;
    CREATE FUNCTION is_shared(project uuid, tenant uuid) RETURNS boolean LANGUAGE plpgsql STABLE
      SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN RETURN EXISTS (
        SELECT FROM shares s WHERE s.project_id = project AND s.tenant_id = tenant); END $$;
    """
}
