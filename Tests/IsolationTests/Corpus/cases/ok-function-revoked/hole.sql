-- A definer function that was revoked from PUBLIC.
CREATE FUNCTION kb.all_pages() RETURNS SETOF kb.pages LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS $$ SELECT * FROM kb.pages $$;
REVOKE EXECUTE ON FUNCTION kb.all_pages() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kb.all_pages() TO app_readonly;
