-- The helper is STABLE, the IMMUTABLE one reads no setting.
CREATE FUNCTION kb.tenant() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog
  AS $$ SELECT current_setting('app.current_tenant_id', true) $$;
CREATE FUNCTION kb.same_key(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog AS $$ SELECT a = b $$;
ALTER POLICY tenant_isolation ON kb.pages
  USING (kb.same_key(tenant_id, kb.tenant())) WITH CHECK (kb.same_key(tenant_id, kb.tenant()));
