-- The same for reading, where the database sets the path that the caller may change.
CREATE FUNCTION kb.allowed(site text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM sites WHERE tenant_id = site);
END $$;
ALTER POLICY tenant_isolation ON kb.pages USING (kb.allowed(tenant_id)) WITH CHECK (:own);
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path = kb, public', current_database());
END $$;
