-- A definer function that quotes what it hands to dblink.
CREATE EXTENSION dblink;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gen_random_uuid() TO PUBLIC;
CREATE FUNCTION currency_rate(code text) RETURNS numeric LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.rate FROM public.dblink('dbname=rates', format('SELECT rate FROM rates WHERE code = %L', code))
    AS t(rate numeric) $$;
