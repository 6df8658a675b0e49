-- LIKE without a wildcard of its own, the setting escaped.
ALTER POLICY tenant_isolation ON kb.pages
  USING (tenant_id LIKE replace(replace(replace(current_setting('app.current_tenant_id', true),
    '\', '\\'), '%', '\%'), '_', '\_'))
  WITH CHECK (:own);
