-- COALESCE to '', which the domain refuses.
ALTER POLICY tenant_isolation ON kb.pages
  USING (tenant_id = COALESCE(current_setting('app.current_tenant_id', true), ''))
  WITH CHECK (tenant_id = COALESCE(current_setting('app.current_tenant_id', true), ''));
