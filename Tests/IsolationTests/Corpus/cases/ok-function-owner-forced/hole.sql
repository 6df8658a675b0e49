-- A definer function of the owner, whom FORCE binds.
SET ROLE app_owner;
CREATE FUNCTION kb.any_pages() RETURNS SETOF kb.pages LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS $$ SELECT * FROM kb.pages $$;
