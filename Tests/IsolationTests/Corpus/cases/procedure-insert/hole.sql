-- A procedure that writes for the tenant in its argument.
CREATE PROCEDURE kb.add_author(site text, address text) LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public
  AS $$ INSERT INTO kb.authors (tenant_id, email) VALUES (site, address::citext) $$;
