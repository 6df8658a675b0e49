/// Schemas in which the tenant is found through the user, for the tests of memberships.
enum MembershipSchema {
  static let user = "NULLIF(current_setting('app.current_user_id', true), '')::uuid"

  /// The tenants of the acting user.
  static func mine(_ column: String = "tenant_id", user: String = user) -> String {
    "\(column) IN (SELECT m.tenant_id FROM memberships m WHERE m.user_id = \(user))"
  }

  /// Tenants, users, memberships and projects with tasks; the user decides alone.
  static func tables(_ predicate: String = mine(), user: String = user) -> String {
    """
    SET ROLE app_owner;
    CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
    CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL, locked_at timestamptz);
    CREATE TABLE memberships (
      tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL REFERENCES users,
      role text NOT NULL DEFAULT 'staff', PRIMARY KEY (tenant_id, user_id));
    CREATE TABLE projects (
      tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY, name text NOT NULL);
    CREATE TABLE tasks (
      id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects, title text NOT NULL);
    \(PlantedSchema.protect("tenants", predicate.replacing("tenant_id IN", with: "id IN")))
    \(PlantedSchema.protect("projects", predicate))
    \(PlantedSchema.protect(
      "tasks", "EXISTS (SELECT FROM projects p WHERE p.id = tasks.project_id)"))
    ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
    ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_rows ON memberships FOR SELECT USING (user_id = \(user));
    GRANT SELECT ON memberships TO app_user;
    ALTER TABLE users ENABLE ROW LEVEL SECURITY;
    ALTER TABLE users FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_rows ON users USING (id = \(user)) WITH CHECK (id = \(user));
    GRANT SELECT, UPDATE, DELETE ON users TO app_user;
    RESET ROLE
    """
  }
}
