-- Tenant 0 is everybody's.
ALTER POLICY tenant_isolation ON depot.articles
  USING (:own OR tenant_id = 0) WITH CHECK (:own OR tenant_id = 0);
