-- IS NOT NULL in front, so nothing without a context.
ALTER POLICY tenant_isolation ON doctors
  USING (current_setting('app.current_tenant_id', true) IS NOT NULL
    AND current_setting('app.current_tenant_id', true) <> '' AND :own)
  WITH CHECK (:own);
