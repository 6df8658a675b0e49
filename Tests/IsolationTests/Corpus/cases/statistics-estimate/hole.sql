-- The planner tells the owner how many rows there may be.
CREATE FUNCTION kb.estimate(word text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE line text;
BEGIN
  EXECUTE format('EXPLAIN SELECT 1 FROM kb.pages WHERE title = %L', word) INTO line;
  RETURN line;
END $$;
