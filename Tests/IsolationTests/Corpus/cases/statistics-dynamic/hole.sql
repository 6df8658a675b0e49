-- Bounds of the histogram by a name that is quoted well.
CREATE FUNCTION depot.frequent(relation regclass, col name) RETURNS text LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found text;
BEGIN
  EXECUTE 'SELECT histogram_bounds::text FROM pg_stats WHERE tablename = $1 AND attname = $2'
    INTO found USING relation::text, col;
  RETURN found;
END $$;
