-- Only the first block of the uuid counts.
ALTER POLICY tenant_isolation ON visits
  USING (left(tenant_id::text, 8) = left(current_setting('app.current_tenant_id', true), 8))
  WITH CHECK (left(tenant_id::text, 8) = left(current_setting('app.current_tenant_id', true), 8));
