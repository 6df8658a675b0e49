-- An IMMUTABLE function calls the one that reads the setting.
CREATE FUNCTION kb.tenant() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog
  AS $$ SELECT current_setting('app.current_tenant_id', true) $$;
CREATE FUNCTION kb.is_mine(site text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
  SET search_path = pg_catalog AS $$ BEGIN RETURN site = kb.tenant(); END $$;
ALTER POLICY tenant_isolation ON kb.pages USING (kb.is_mine(tenant_id));
