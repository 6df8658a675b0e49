-- No context means the first customer.
ALTER POLICY tenant_isolation ON doctors
  USING (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), '7b1d2f64-52a0-4f0e-9d0c-3c6f1f2b9a11')::uuid)
  WITH CHECK (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), '7b1d2f64-52a0-4f0e-9d0c-3c6f1f2b9a11')::uuid);
