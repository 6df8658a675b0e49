-- Lower() on both sides, and keys that a CHECK keeps in lower case.
ALTER TABLE kb.sites ADD CHECK (tenant_id = lower(tenant_id));
ALTER TABLE kb.spaces ADD CHECK (tenant_id = lower(tenant_id));
ALTER POLICY tenant_isolation ON kb.spaces
  USING (lower(tenant_id) = lower(current_setting('app.current_tenant_id', true)))
  WITH CHECK (lower(tenant_id) = lower(current_setting('app.current_tenant_id', true)));
