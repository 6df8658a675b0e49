import Isolation

extension StepAway {
  private static let setting = "NULLIF(current_setting('app.current_tenant_id', true), '')::uuid"

  /// What the bodies of functions, and views beside tables, pass on.
  static let ofBodies = [
    StepAway(
      name: "an argument goes into SQL that no call comes to",
      hole: """
        CREATE TABLE tokens (digest text PRIMARY KEY);
        \(counting("q || ' ORDER BY 1 ' || COALESCE(sorting, '')"))
        """,
      twin: """
        CREATE TABLE tokens (digest text PRIMARY KEY);
        \(counting("q || ' ORDER BY 1, ' || COALESCE(quote_literal(sorting), '1')"))
        """, rule: "definer-injection", object: "public.counted"),
    StepAway(
      name: "text goes to dblink",
      hole: remote("SELECT number FROM rooms WHERE number = ''%s''"),
      twin: remote("SELECT number FROM rooms WHERE number = %L"),
      rule: "definer-remote-sql", object: "public.remote_rooms"),
    StepAway(
      name: "the planner's statistics are granted",
      hole: "GRANT SELECT (starelid, stavalues2) ON pg_statistic TO app_user",
      twin: "GRANT SELECT (starelid, stanullfrac) ON pg_statistic TO app_user",
      rule: "statistics-readable", object: "pg_catalog.pg_statistic", severity: .error),
    StepAway(
      name: "a function shows the bounds of a histogram",
      hole: bounds("SECURITY DEFINER"), twin: bounds("SECURITY INVOKER"),
      rule: "statistics-exposed", object: "public.bounds"),
    StepAway(
      name: "a view shows values of pg_statistic",
      hole: view(""), twin: view("WITH (security_invoker = true)"),
      rule: "statistics-exposed", object: "public.column_values"),
    StepAway(
      name: "a function shows statements of other sessions",
      hole: activity("query"), twin: activity("state"),
      rule: "statistics-exposed", object: "public.activity"),
    StepAway(
      name: "an IMMUTABLE function under a policy's calls one that reads the setting",
      hole: nested("IMMUTABLE"), twin: nested("STABLE"),
      rule: "immutable-context", severity: .error),
    StepAway(
      name: "a trigger's function of the owner looks names up where the writer says",
      hole: trigger(""), twin: trigger("SET search_path = pg_catalog, public, pg_temp"),
      rule: "definer-search-path", object: "public.mark"),
    StepAway(
      name: "a procedure that commits sets the tenant for the session",
      hole: committing("false"), twin: committing("true"),
      rule: "session-context", object: "public.work"),
  ]

  private static func counting(_ statement: String) -> String {
    """
    CREATE FUNCTION counted(token text, sorting text) RETURNS bigint LANGUAGE plpgsql STABLE
      SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      n bigint;
      q text := 'SELECT count(*) FROM public.rooms WHERE tenant_id = \(setting.replacing("'", with: "''"))';
    BEGIN
      IF NOT EXISTS (SELECT FROM public.tokens WHERE digest = md5(token)) THEN RETURN NULL; END IF;
      q := \(statement);
      EXECUTE q INTO n;
      RETURN n;
    END $$
    """
  }

  private static func remote(_ statement: String) -> String {
    """
    CREATE SCHEMA links; CREATE EXTENSION dblink SCHEMA links;
    CREATE FUNCTION remote_rooms(word text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      RETURN QUERY SELECT t.x FROM links.dblink('port=1', format('\(statement)', word)) AS t(x text);
    END $$
    """
  }

  private static func bounds(_ rights: String) -> String {
    """
    CREATE FUNCTION bounds(name) RETURNS SETOF text LANGUAGE sql STABLE \(rights)
      SET search_path = pg_catalog, pg_temp
      AS $$ SELECT histogram_bounds::text FROM pg_stats WHERE tablename = $1 $$
    """
  }

  private static func view(_ options: String) -> String {
    """
    CREATE VIEW column_values \(options) AS SELECT stavalues1::text AS v FROM pg_statistic;
    GRANT SELECT ON column_values TO app_user
    """
  }

  private static func activity(_ column: String) -> String {
    """
    CREATE FUNCTION activity() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
      SET search_path = pg_catalog, pg_temp
      AS $$ SELECT \(column) FROM pg_stat_activity $$
    """
  }

  private static func nested(_ volatility: String) -> String {
    """
    CREATE FUNCTION inner_tenant() RETURNS uuid LANGUAGE sql \(volatility)
      SET search_path = pg_catalog AS $$ SELECT \(setting) $$;
    CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE
      SET search_path = pg_catalog AS $$ SELECT public.inner_tenant() $$;
    CREATE POLICY quick ON rooms AS RESTRICTIVE USING (tenant_id = tenant())
    """
  }

  private static func trigger(_ path: String) -> String {
    """
    CREATE TABLE marks (n int);
    CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER \(path) AS $$
    BEGIN DELETE FROM marks WHERE n < 0; RETURN NULL; END $$;
    CREATE TRIGGER mark AFTER UPDATE OF number ON rooms FOR EACH ROW EXECUTE FUNCTION mark()
    """
  }

  private static func committing(_ isLocal: String) -> String {
    """
    CREATE PROCEDURE work(tenant uuid) LANGUAGE plpgsql AS $$
    BEGIN
      COMMIT;
      PERFORM set_config('app.current_tenant_id', tenant::text, \(isLocal));
    END $$
    """
  }
}
