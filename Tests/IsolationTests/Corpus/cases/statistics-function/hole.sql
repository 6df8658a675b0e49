-- A definer function passes the planner's statistics on.
CREATE FUNCTION common_values(tab text, col text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS $$
  SELECT most_common_vals::text FROM pg_stats WHERE tablename = tab AND attname = col $$;
