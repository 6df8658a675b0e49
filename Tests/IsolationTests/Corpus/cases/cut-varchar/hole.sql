-- A cast to varchar(10) cuts silently.
ALTER POLICY tenant_isolation ON kb.pages
  USING (tenant_id::varchar(10) = current_setting('app.current_tenant_id', true)::varchar(10))
  WITH CHECK (tenant_id::varchar(10) = current_setting('app.current_tenant_id', true)::varchar(10));
