-- COALESCE to the zero uuid, which a CHECK keeps from being a tenant.
ALTER TABLE tenants ADD CHECK (id <> '00000000-0000-0000-0000-000000000000');
ALTER POLICY tenant_isolation ON doctors
  USING (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), '00000000-0000-0000-0000-000000000000')::uuid)
  WITH CHECK (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), '00000000-0000-0000-0000-000000000000')::uuid);
