-- COALESCE(context, tenant_id): no context, every row equals itself.
ALTER POLICY tenant_isolation ON invoices
  USING (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), '')::uuid, tenant_id))
  WITH CHECK (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), '')::uuid, tenant_id));
