-- The tenant in a document that the application writes.
ALTER POLICY tenant_isolation ON depot.shipments
  USING (extra ->> 'tenant' = current_setting('app.current_tenant_id', true))
  WITH CHECK (extra ->> 'tenant' = current_setting('app.current_tenant_id', true));
