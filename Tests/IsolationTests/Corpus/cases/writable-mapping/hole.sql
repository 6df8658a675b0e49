-- The table that maps a key to a tenant is writable by all.
SET ROLE app_owner;
CREATE TABLE depot.api_keys (key_name text PRIMARY KEY, company bigint NOT NULL);
GRANT SELECT, INSERT, UPDATE ON depot.api_keys TO app_user;
ALTER POLICY tenant_isolation ON depot.articles
  USING (tenant_id IN (SELECT k.company FROM depot.api_keys k
    WHERE k.key_name = current_setting('app.current_tenant_id', true)))
  WITH CHECK (tenant_id IN (SELECT k.company FROM depot.api_keys k
    WHERE k.key_name = current_setting('app.current_tenant_id', true)));
