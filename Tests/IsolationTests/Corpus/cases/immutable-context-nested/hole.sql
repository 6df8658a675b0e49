-- The policy calls a STABLE function, and that an IMMUTABLE one.
CREATE FUNCTION depot.raw_company() RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
  AS $$ SELECT current_setting('app.current_tenant_id', true) $$;
CREATE FUNCTION depot.company() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = pg_catalog
  AS $$ BEGIN RETURN NULLIF(depot.raw_company(), '')::bigint; END $$;
ALTER POLICY tenant_isolation ON depot.articles USING (tenant_id = depot.company());
