-- Text goes into SQL for a named server, by format and a variable.
CREATE EXTENSION dblink;
CREATE SERVER mirror FOREIGN DATA WRAPPER dblink_fdw OPTIONS (dbname 'mirror');
CREATE USER MAPPING FOR app_owner SERVER mirror OPTIONS (user 'app_owner', password 'x');
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gen_random_uuid() TO PUBLIC;
CREATE FUNCTION kb.remote_titles(word text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  q text := 'SELECT title FROM kb.pages';
BEGIN
  IF word <> '' THEN
    q := format('%s WHERE title LIKE ''%s%%''', q, word);
  END IF;
  RETURN QUERY SELECT t.title FROM public.dblink('mirror', q) AS t(title text);
END $$;
