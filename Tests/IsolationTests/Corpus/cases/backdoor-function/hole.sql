-- The setting is read in a helper function.
CREATE FUNCTION kb.is_support() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog
  AS $$ SELECT COALESCE(current_setting('kb.role', true) IN ('support', 'admin'), false) $$;
ALTER POLICY tenant_isolation ON kb.pages USING (:own OR kb.is_support()) WITH CHECK (:own);
