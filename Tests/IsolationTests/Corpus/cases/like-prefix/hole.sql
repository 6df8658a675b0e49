-- LIKE context || '%': acme reads acme-eu.
ALTER POLICY tenant_isolation ON kb.pages
  USING (tenant_id LIKE current_setting('app.current_tenant_id', true) || '%')
  WITH CHECK (tenant_id LIKE current_setting('app.current_tenant_id', true) || '%');
