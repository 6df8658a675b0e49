-- A definer function that runs SQL through dblink as another role.
CREATE EXTENSION dblink;
CREATE FUNCTION run_remote(q text) RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public
  AS $$ SELECT t.line FROM dblink('dbname=' || current_database() || ' user=' || current_user, q) AS t(line text) $$;
