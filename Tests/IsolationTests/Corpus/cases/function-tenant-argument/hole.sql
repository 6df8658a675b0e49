-- The tenant is an argument.
CREATE FUNCTION kb.pages_of(site text) RETURNS SETOF kb.pages LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT * FROM kb.pages WHERE tenant_id = site $$;
