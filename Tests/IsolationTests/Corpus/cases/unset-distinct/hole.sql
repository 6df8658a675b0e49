-- NOT (a <> b) with a COALESCE is true when the setting is NULL.
ALTER POLICY tenant_isolation ON doctors
  USING (NOT COALESCE(tenant_id <> NULLIF(current_setting('app.current_tenant_id', true), '')::uuid, false))
  WITH CHECK (:own);
