-- The row's tenant is looked for in the context: a list of ids was once meant.
ALTER POLICY tenant_isolation ON kb.spaces
  USING (position(tenant_id::text in current_setting('app.current_tenant_id', true)) > 0)
  WITH CHECK (position(tenant_id::text in current_setting('app.current_tenant_id', true)) > 0);
