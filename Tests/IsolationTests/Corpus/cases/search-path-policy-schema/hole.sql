-- The same, with a function inside that the caller may shadow.
CREATE SCHEMA sandbox;
GRANT USAGE, CREATE ON SCHEMA sandbox TO app_user;
CREATE FUNCTION kb.current_key() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT current_setting('app.current_tenant_id', true) $$;
CREATE FUNCTION kb.allowed(site text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM sites WHERE tenant_id = site);
END $$;
ALTER POLICY tenant_isolation ON kb.pages USING (kb.allowed(tenant_id)) WITH CHECK (:own);
ALTER ROLE app_owner SET search_path = kb, public;
