-- Current_setting without missing_ok raises an error.
ALTER POLICY tenant_isolation ON depot.articles
  USING (tenant_id = current_setting('app.current_tenant_id')::bigint)
  WITH CHECK (tenant_id = current_setting('app.current_tenant_id')::bigint);
