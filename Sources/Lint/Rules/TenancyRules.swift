/// Rules about keeping tenants apart, which need no database to be judged.
package enum TenancyRules: LintFamily {
  /// The rules about what a manifest of policies makes by itself.
  package static var madeByManifest: [String] {
    [policy.name, rowSecurity.name, forced.name]
  }

  static let rules = [
    policy, rowSecurity, forced, nullableTenant, foreignKey, unique, index, view, snapshot, definer,
    disabled, publicGrant, droppedPolicy, unqualifiedPolicy, openPolicy, role,
  ]

  static let policy = LintRule(
    "tenant-table-without-policy", .error, "a table with the tenant column has no policy",
    why: """
      Without a policy the table is either open to every tenant or, once row-level security is \
      enabled, closed to all. The policy may stand in the migrations or in the folder of policies.
      """,
    insteadOf: """
      CREATE TABLE public.parcels (tenant_id uuid NOT NULL, id uuid NOT NULL);
      ALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      """,
    use: """
      CREATE TABLE public.parcels (tenant_id uuid NOT NULL, id uuid NOT NULL);
      ALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY parcels_tenant ON public.parcels USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    source: Reference.rowSecurity)

  static let rowSecurity = LintRule(
    "tenant-table-without-row-security", .error,
    "a table with the tenant column never gets row-level security",
    why: """
      Policies do nothing until ENABLE ROW LEVEL SECURITY: every role with the privilege sees the \
      rows of all tenants, and nothing says so.
      """,
    insteadOf: """
      CREATE TABLE public.parcels (tenant_id uuid NOT NULL, id uuid NOT NULL);
      CREATE POLICY parcels_tenant ON public.parcels USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    use: policy.use, source: Reference.rowSecurity)

  static let forced = LintRule(
    "row-security-not-forced", .warning, "row-level security does not hold for the table's owner",
    why: """
      The owner of a table passes all policies unless FORCE ROW LEVEL SECURITY is set. An application \
      that connects as the owner, or a function that runs as it, sees all tenants.
      """,
    insteadOf: """
      CREATE TABLE public.parcels (tenant_id uuid NOT NULL, id uuid NOT NULL);
      ALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY;
      CREATE POLICY parcels_tenant ON public.parcels USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    use: policy.use, source: Reference.rowSecurity)

  static let nullableTenant = LintRule(
    "nullable-tenant", .warning, "a row without a tenant belongs to nobody",
    why: """
      A policy compares the tenant column with the context: NULL is equal to nothing, so such a row \
      is lost to its tenant, and a policy that treats NULL as "for all" shows it to everybody.
      """,
    insteadOf: """
      CREATE TABLE public.parcels (tenant_id uuid, id uuid NOT NULL);
      ALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY parcels_tenant ON public.parcels USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    use: policy.use, source: Reference.rowSecurity)

  static let foreignKey = LintRule(
    "foreign-key-without-tenant", .error,
    "a foreign key between tenants' tables leaves the tenant column out",
    why: """
      Foreign keys are checked behind the policies, over the rows of all tenants. A key without the \
      tenant column accepts another tenant's row, tells that it exists, and with CASCADE lets its \
      deletion reach across.
      """,
    insteadOf: """
      ALTER TABLE public.bookings ADD CONSTRAINT bookings_room_fkey
        FOREIGN KEY (room_id) REFERENCES public.numbered_rooms (id) NOT VALID;
      """,
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_room_idx ON public.bookings (tenant_id, room_id);
      \(LintRule.nextMigration)
      ALTER TABLE public.bookings ADD CONSTRAINT bookings_room_fkey
        FOREIGN KEY (tenant_id, room_id) REFERENCES public.rooms (tenant_id, id) NOT VALID;
      """,
    source: Reference.rowSecurity)

  static let unique = LintRule(
    "unique-without-tenant", .warning,
    "a unique key of a tenants' table leaves the tenant column out",
    why: """
      Unique keys are checked behind the policies. The error of a duplicate tells that some other \
      tenant has this value, such as an e-mail address, and nobody else can use it. Keys of ids \
      that nobody chooses are left out: uuid, identity and serial columns.
      """,
    insteadOf: """
      -- dbtool: no-transaction
      CREATE UNIQUE INDEX CONCURRENTLY rooms_number_key ON public.rooms (number);
      """,
    use: """
      -- dbtool: no-transaction
      CREATE UNIQUE INDEX CONCURRENTLY rooms_number_key ON public.rooms (tenant_id, number);
      """,
    source: Reference.rowSecurity)

  static let index = LintRule(
    "index-without-tenant", .warning, "an index of a tenants' table does not begin with the tenant",
    why: """
      Every query of the application has the policy's condition on the tenant column. An index that \
      begins with it reads one tenant's entries; any other reads those of all and drops most. \
      Indexes of other methods than btree are left out.
      """,
    insteadOf: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_arrival_idx ON public.bookings (arrival);
      """,
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_arrival_idx ON public.bookings (tenant_id, arrival);
      """,
    source: "PostgreSQL manual, section 11.3, Multicolumn Indexes: "
      + "https://www.postgresql.org/docs/current/indexes-multicolumn.html")

  static let view = LintRule(
    "view-without-security-invoker", .error, "a view of tenants' tables reads them as its owner",
    why: """
      The policies of a view's tables are those for the view's owner, who usually passes them, unless \
      the view has security_invoker (PostgreSQL 15). Every tenant then sees the rows of all.
      """,
    insteadOf: "CREATE VIEW public.arrivals AS SELECT tenant_id, arrival FROM public.bookings;",
    use: """
      CREATE VIEW public.arrivals WITH (security_invoker = true) AS
        SELECT tenant_id, arrival FROM public.bookings;
      """,
    source: Reference.createView)

  static let snapshot = LintRule(
    "materialized-view-of-tenants", .warning, "a materialized view has no policies",
    why: """
      Its rows are those of all tenants as its owner saw them, and row-level security cannot be \
      enabled on it. Nobody but a job of all tenants may read it.
      """,
    insteadOf: """
      CREATE MATERIALIZED VIEW public.arrivals AS SELECT tenant_id, arrival FROM public.bookings;
      """,
    use: """
      CREATE VIEW public.arrivals WITH (security_invoker = true) AS
        SELECT tenant_id, arrival FROM public.bookings;
      """,
    source: Reference.command("CREATE MATERIALIZED VIEW"))

  static let definer = LintRule(
    "definer-without-search-path", .error,
    "a SECURITY DEFINER function without a search_path can be captured",
    why: """
      It runs with its owner's rights and finds tables and operators through the caller's \
      search_path. Whoever can create an object in a schema that comes first decides what it does.
      """,
    insteadOf: """
      CREATE FUNCTION public.room_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER
        AS $$ SELECT count(*) FROM rooms $$;
      """,
    use: """
      CREATE FUNCTION public.room_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        AS $$ SELECT count(*) FROM public.rooms $$;
      """,
    source: Reference.createFunction)

  static let disabled = LintRule(
    "row-security-disabled", .error, "row-level security is switched off",
    why: """
      From then on every role with the privilege sees the rows of all tenants; with NO FORCE those \
      who own the table do.
      """,
    insteadOf: "ALTER TABLE public.rooms DISABLE ROW LEVEL SECURITY;",
    use: """
      -- dbtool: allow=row-security-disabled reason=the table holds the brochure, the same for all
      ALTER TABLE public.rooms DISABLE ROW LEVEL SECURITY;
      """,
    source: Reference.rowSecurity)

  static let publicGrant = LintRule(
    "grant-to-public", .error, "a privilege for PUBLIC is one for every role there will ever be",
    why: """
      Roles of reports, of other applications and of tomorrow get it without asking, and nobody can \
      take it from one of them.
      """,
    insteadOf: "GRANT SELECT ON public.rooms TO PUBLIC;",
    use: "GRANT SELECT ON public.rooms TO app_user;",
    source: Reference.grant)

  static let droppedPolicy = LintRule(
    "policy-dropped", .error, "a policy is dropped and none takes its place",
    why: """
      Without a permissive policy nobody sees a row; without a restrictive one everybody sees more \
      than before. Drop and create in the same file, so that no other transaction sees the gap.
      """,
    insteadOf: "DROP POLICY rooms_tenant ON public.rooms;",
    use: """
      DROP POLICY rooms_tenant ON public.rooms;
      CREATE POLICY rooms_tenant ON public.rooms USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    source: Reference.rowSecurity)

  static let unqualifiedPolicy = LintRule(
    "unqualified-policy", .warning, "a policy of a table without its schema may be another table's",
    why: """
      Which table loses or gets the policy depends on the search_path of whoever runs the file. With \
      IF EXISTS a table that is not found is not even an error.
      """,
    insteadOf: """
      DROP POLICY rooms_tenant ON rooms;
      CREATE POLICY rooms_tenant ON rooms USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    use: droppedPolicy.use, source: Reference.rowSecurity)

  static let openPolicy = LintRule(
    "policy-for-everybody", .error,
    "a permissive policy whose condition is TRUE admits every tenant",
    why: """
      Permissive policies are joined by OR: one that admits all makes the others of the same roles \
      and commands meaningless.
      """,
    insteadOf: "CREATE POLICY rooms_all ON public.rooms USING (true);",
    use: """
      CREATE POLICY rooms_own ON public.rooms USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    source: Reference.rowSecurity)

  static let role = LintRule(
    "powerful-role", .error, "a role with SUPERUSER or BYPASSRLS passes every policy",
    why: """
      Row-level security does not apply to such a role, and a migration gives it to every database. \
      CREATEROLE lets it grant itself most others (before PostgreSQL 16, nearly all).
      """,
    insteadOf: "CREATE ROLE reporting BYPASSRLS;",
    use: "CREATE ROLE reporting;",
    source: Reference.command("CREATE ROLE"))
}
