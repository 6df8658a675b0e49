-- The setting is used as a regular expression.
ALTER POLICY tenant_isolation ON kb.pages
  USING (tenant_id ~ current_setting('app.current_tenant_id', true)) WITH CHECK (:own);
