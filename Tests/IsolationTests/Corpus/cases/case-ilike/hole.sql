-- ILIKE without a wildcard.
ALTER POLICY tenant_isolation ON kb.spaces
  USING (tenant_id ILIKE current_setting('app.current_tenant_id', true))
  WITH CHECK (tenant_id ILIKE current_setting('app.current_tenant_id', true));
