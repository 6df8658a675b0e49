-- The comparison is made as citext, the keys are case-sensitive.
ALTER POLICY tenant_isolation ON kb.pages
  USING (tenant_id::citext = current_setting('app.current_tenant_id', true)::citext)
  WITH CHECK (tenant_id::citext = current_setting('app.current_tenant_id', true)::citext);
