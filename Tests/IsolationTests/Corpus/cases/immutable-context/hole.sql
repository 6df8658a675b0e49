-- The helper reads the setting but is IMMUTABLE.
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
BEGIN
  RETURN NULLIF(current_setting('app.current_tenant_id', true), '')::uuid;
END $$;
ALTER POLICY tenant_isolation ON doctors USING (tenant_id = tenant());
ALTER POLICY tenant_isolation ON patients USING (tenant_id = tenant());
