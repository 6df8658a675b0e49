-- The fallback hides in a helper function.
CREATE FUNCTION kb.tenant() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog
  AS $$ SELECT COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), 'acme') $$;
ALTER POLICY tenant_isolation ON kb.spaces
  USING (tenant_id = kb.tenant()) WITH CHECK (tenant_id = kb.tenant());
