-- A generated column takes the tenant from a document.
ALTER TABLE doctors ADD owner_tenant text GENERATED ALWAYS AS (settings ->> 'tenant') STORED;
ALTER POLICY tenant_isolation ON doctors
  USING (owner_tenant = current_setting('app.current_tenant_id', true))
  WITH CHECK (owner_tenant = current_setting('app.current_tenant_id', true));
