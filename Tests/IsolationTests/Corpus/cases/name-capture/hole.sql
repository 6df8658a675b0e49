-- The unqualified column belongs to the inner table.
ALTER POLICY tenant_isolation ON visits
  USING (EXISTS (SELECT 1 FROM doctors d WHERE d.tenant_id = tenant_id
    AND d.tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid))
  WITH CHECK (:own);
