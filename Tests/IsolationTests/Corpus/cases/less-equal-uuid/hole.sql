-- <= on uuids.
ALTER POLICY tenant_isolation ON patients
  USING (tenant_id <= NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
  WITH CHECK (tenant_id <= NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
