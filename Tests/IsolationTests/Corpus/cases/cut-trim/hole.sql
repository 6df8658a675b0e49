-- Char(n) ignores blanks at the end, so 'acme ' is 'acme'.
ALTER POLICY tenant_isolation ON kb.spaces
  USING (tenant_id::char(32) = current_setting('app.current_tenant_id', true)::char(32))
  WITH CHECK (tenant_id::char(32) = current_setting('app.current_tenant_id', true)::char(32));
