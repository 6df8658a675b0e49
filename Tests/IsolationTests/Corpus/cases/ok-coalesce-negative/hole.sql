-- COALESCE to -1, which the table's CHECK refuses.
ALTER TABLE depot.articles ADD CHECK (tenant_id > 0);
ALTER POLICY tenant_isolation ON depot.articles
  USING (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), '-1')::bigint)
  WITH CHECK (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), '-1')::bigint);
