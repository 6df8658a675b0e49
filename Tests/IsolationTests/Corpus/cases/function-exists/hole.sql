-- Says whether an address is known to any tenant.
CREATE FUNCTION kb.has_author(address citext) RETURNS boolean LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT EXISTS (SELECT 1 FROM kb.authors WHERE email = address) $$;
