-- The policy asks only whether there is a tenant.
ALTER POLICY tenant_isolation ON kb.spaces
  USING (current_setting('app.current_tenant_id', true) <> '') WITH CHECK (:own);
