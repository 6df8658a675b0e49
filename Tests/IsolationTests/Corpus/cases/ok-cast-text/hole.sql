-- The comparison is made as text, of the whole.
ALTER POLICY tenant_isolation ON visits
  USING (tenant_id::text = current_setting('app.current_tenant_id', true))
  WITH CHECK (tenant_id::text = current_setting('app.current_tenant_id', true));
