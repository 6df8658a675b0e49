-- The setting is compared with itself.
ALTER POLICY tenant_isolation ON invoices
  USING (current_setting('app.current_tenant_id', true) IS NOT DISTINCT FROM current_setting('app.current_tenant_id', true))
  WITH CHECK (:own);
