-- The same with text.
ALTER POLICY tenant_isolation ON kb.authors
  USING (tenant_id = COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''), tenant_id));
