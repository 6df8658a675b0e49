-- Another function refuses columns to sort by that there are not.
CREATE FUNCTION club.check_column(name text) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF name IS NULL OR name NOT IN ('label', 'id') THEN RAISE EXCEPTION 'no column %', name; END IF;
END $$;
CREATE FUNCTION club.sorted_courts(by_column text) RETURNS SETOF club.courts LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM club.check_column(by_column);
  RETURN QUERY EXECUTE 'SELECT * FROM club.courts WHERE org_id = $1 ORDER BY ' || by_column
    USING NULLIF(current_setting('app.org_id', true), '')::int;
END $$;
