import Policies
import SQLSyntax
import Wording
import YAML

/// The files of a new project.
struct ProjectFiles {
  /// A file: its place in the project, and its text.
  typealias File = (path: String, text: String)

  let plan: ProjectPlan
  /// True for a database that has tables: the first migration and seeds are not ours to write.
  let isForExisting: Bool
  private let column: String
  private let role: String

  init(_ plan: ProjectPlan, isForExisting: Bool) throws {
    self.plan = plan
    self.isForExisting = isForExisting
    column = try SQLIdentifier.readable(plan.column)
    role = try SQLIdentifier.readable(plan.role)
  }

  /// True when a URL would put a password under version control.
  static func isSecret(_ url: String) -> Bool {
    ErrorText.withoutPasswords(url) != url || url.contains("password")
  }

  /// `dbtool.yaml`.
  var configuration: String {
    let url =
      Self.isSecret(plan.url)
      ? """
      # The database is named by DATABASE_URL, since its URL holds a password.
      # url: postgres://user@host/database
      """
      : """
      # The database, unless --url, --env or DATABASE_URL names another.
      url: \(YAMLText.scalar(plan.url))
      """
    let seeds = """

      # Whose rows `dbtool seed` writes, and as whom.
      seed:
        role: \(YAMLText.scalar(plan.role))
        tenants: \(list(plan.type.seeded))

      """
    return """
      # What dbtool knows about this project; paths start from this folder.

      \(url)

      # How tenants are told apart: each transaction of the application sets the setting to the
      # tenant's id, and policies compare the column with it.
      tenancy:
        column: \(YAMLText.scalar(plan.column))
        setting: \(YAMLText.scalar(plan.setting))
        type: \(plan.type.rawValue)
        roles: \(YAMLText.list([plan.role]))

      """ + (isForExisting ? "" : seeds)
  }

  private func list(_ texts: [String]) -> String {
    // An id of digits would be read as a number.
    "[" + texts.map { JSONText.quoted($0) }.joined(separator: ", ") + "]"
  }

  /// The first migration: a role, tenants, and a table whose rows belong to them.
  func migration(_ version: String) throws -> [File] {
    let name = try SQLLiteral.quoted(plan.role)
    let quote = dollarQuote
    let up = """
      -- The role that the application connects as. Roles belong to the whole server, so it may be
      -- there already; then it stays as it is, but must not be able to pass the policies by. Give it
      -- its password outside of version control: ALTER ROLE … PASSWORD.
      DO \(quote)
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = \(name)) THEN
          CREATE ROLE \(role) LOGIN NOSUPERUSER NOBYPASSRLS;
        END IF;
        IF EXISTS (
          SELECT FROM pg_catalog.pg_roles AS one
          JOIN pg_catalog.pg_roles AS other ON pg_catalog.pg_has_role(one.oid, other.oid, 'MEMBER')
          WHERE one.rolname = \(name) AND (other.rolsuper OR other.rolbypassrls)
        ) THEN
          RAISE EXCEPTION 'the role of the application can pass row-level security by'
            USING HINT = 'Take SUPERUSER, BYPASSRLS and such memberships from it, or use another role.';
        END IF;
        -- Who migrates and seeds must be able to act as it, also without being a superuser.
        IF NOT pg_catalog.pg_has_role(
          current_user, \(name),
          CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END
        ) THEN
          GRANT \(role) TO CURRENT_USER;
        END IF;
      END
      \(quote);

      CREATE TABLE public.tenants (
        \(plan.type.key),
        name text NOT NULL CHECK (name <> ''),
        created_at timestamptz NOT NULL DEFAULT now()
      );

      -- Rows that belong to tenants.
      CREATE TABLE public.projects (
        \(plan.type.rowKey),
        \(column) \(plan.type.rawValue) NOT NULL REFERENCES public.tenants (id),
        title text NOT NULL CHECK (title <> ''),
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX projects_tenant_idx ON public.projects (\(column));

      -- Closed from the first moment; what is in policies/ opens them.
      ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

      """
    let down = """
      DROP TABLE public.projects;
      DROP TABLE public.tenants;
      -- The role stays: it belongs to the whole server, and others may use it.

      """
    let stem = "migrations/\(version)_tenants"
    return [(stem + ".up.sql", up), (stem + ".down.sql", down)]
  }

  /// Quotes for a body that no name in it can end.
  private var dollarQuote: String {
    var (quote, number) = ("$$", 0)
    while plan.role.contains(quote) || (number == 0 && plan.role.contains("$")) {
      number += 1
      quote = "$body\(number)$"
    }
    return quote
  }

  /// The manifest of policies, with the schema by which editors complete it.
  var policies: [File] {
    let manifest = """
      # yaml-language-server: $schema=\(ManifestSchema.fileName)
      # How tenants are kept apart. Column, setting and roles are those of dbtool.yaml.
      #
      # A table with the tenant column needs no line, nor does one whose only foreign key leads to such
      # a table. Of any other table somebody has to say something; for example that all may read it:
      #   countries: {global: read-only}
      version: 1
      tables:
        tenants: root

      """
    return [
      ("policies/isolation.yaml", manifest),
      ("policies/" + ManifestSchema.fileName, ManifestSchema.text + "\n"),
    ]
  }

  /// Two tenants, and a row for each.
  func seeds() throws -> [File] {
    let names = ["The first tenant", "The second tenant"]
    let values = try zip(plan.type.seeded, names).map {
      "  (\(try SQLLiteral.quoted($0)), \(try SQLLiteral.quoted($1)))"
    }.joined(separator: ",\n")
    let tenants = """
      -- dbtool: as-admin
      -- Tenants are made by whoever runs the service, never by the application.
      INSERT INTO public.tenants (id, name) VALUES
      \(values)
      ON CONFLICT (id) DO NOTHING;

      """
    let projects = """
      -- Runs once for each tenant, as the application and in the tenant's own context.
      INSERT INTO public.projects (\(column), title) VALUES ('${tenant_id}', 'A first project');

      """
    return [("seeds/010_tenants.sql", tenants), ("seeds/020_projects.sql", projects)]
  }
}
