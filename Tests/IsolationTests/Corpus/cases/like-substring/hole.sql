-- Strpos finds a short id inside a longer one.
ALTER POLICY tenant_isolation ON kb.remarks
  USING (strpos(tenant_id, current_setting('app.current_tenant_id', true)) > 0)
  WITH CHECK (strpos(tenant_id, current_setting('app.current_tenant_id', true)) > 0);
