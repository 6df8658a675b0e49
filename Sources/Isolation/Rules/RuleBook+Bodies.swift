extension RuleBook {
  /// Rules about what the bodies of functions pass on.
  static let bodies = [
    Rule(
      name: "definer-injection", severity: .warning,
      title: "a SECURITY DEFINER function pastes an argument into SQL",
      why: """
        Whoever calls it writes a part of a statement that runs with its owner's rights, and can \
        read, change or drop what the owner may. No call was seen to break out, so this is a \
        warning; where one was, it is definer-function-reads or definer-function-writes.
        """,
      example: """
        CREATE FUNCTION sorted(by_column text) RETURNS SETOF rooms LANGUAGE plpgsql
          SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN RETURN QUERY EXECUTE 'SELECT * FROM rooms ORDER BY ' || by_column; END $$;
        CREATE OR REPLACE FUNCTION sorted(by_column text) RETURNS SETOF rooms LANGUAGE plpgsql
          SET search_path = pg_catalog, public, pg_temp AS $$                      -- mended
        BEGIN RETURN QUERY EXECUTE format('SELECT * FROM rooms ORDER BY %I', by_column); END $$;
        """,
      source: Manual.definerFunctions),
    Rule(
      name: "definer-remote-sql", severity: .warning,
      title: "a function hands its caller's text to dblink",
      why: """
        dblink opens a session of its own, as the role that its connection string or user mapping \
        names. There the caller's role and tenant do not hold, and the text may be any statement.
        """,
      example: """
        CREATE EXTENSION IF NOT EXISTS dblink;
        CREATE FUNCTION remote(q text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
          SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN RETURN QUERY SELECT t.x FROM dblink('dbname=app', q) AS t(x text); END $$;
        REVOKE EXECUTE ON FUNCTION remote(text) FROM PUBLIC;                       -- mended
        """,
      source: "PostgreSQL manual, \"dblink\""),
    Rule(
      name: "statistics-readable", severity: .error,
      title: "the role may read the planner's statistics of all tables",
      why: """
        pg_statistic holds frequent values of each column and bounds of its histogram, from rows \
        of all tenants. pg_stats hides those of tables with policies; a privilege on pg_statistic \
        itself goes around that.
        """,
      example: """
        GRANT SELECT ON pg_catalog.pg_statistic TO app_user;   -- SELECT stavalues1 FROM …
        REVOKE SELECT ON pg_catalog.pg_statistic FROM app_user;                    -- mended
        """,
      source: "PostgreSQL manual, \"pg_statistic\"; \"pg_stats\""),
    Rule(
      name: "statistics-exposed", severity: .warning,
      title: "a function or view passes on the planner's statistics or others' statements",
      why: """
        It runs as its owner, whom the policies do not bind, so it shows frequent values, \
        estimated numbers of rows, or statements with the values in them, of all tenants.
        """,
      example: """
        CREATE FUNCTION frequent(t text) RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
          SET search_path = pg_catalog, pg_temp
          AS $$ SELECT most_common_vals::text FROM pg_stats WHERE tablename = t $$;
        ALTER FUNCTION frequent(text) SECURITY INVOKER;                            -- mended
        """,
      source: "PostgreSQL manual, \"pg_stats\"; \"The Cumulative Statistics System\""),
  ]
}
