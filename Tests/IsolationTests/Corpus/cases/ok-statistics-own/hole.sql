-- Pg_stats as the application sees it, and how often values are NULL.
CREATE FUNCTION common_values(tab text, col text) RETURNS text LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT most_common_vals::text FROM pg_stats WHERE tablename = tab AND attname = col $$;
CREATE VIEW known_values AS SELECT tablename, attname, most_common_vals::text AS v FROM pg_stats;
CREATE VIEW null_parts AS SELECT starelid, staattnum, stanullfrac FROM pg_statistic;
GRANT SELECT ON known_values, null_parts TO app_user;
CREATE FUNCTION sessions() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM pg_stat_activity $$;
