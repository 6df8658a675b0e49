-- Whoever may write a share may share another tenant's rows with himself.
SET ROLE app_owner;
CREATE TABLE tenant_shares (
  owner_id uuid NOT NULL REFERENCES tenants (id),
  reader_id uuid NOT NULL REFERENCES tenants (id),
  PRIMARY KEY (owner_id, reader_id)
);
ALTER TABLE tenant_shares ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_shares FORCE ROW LEVEL SECURITY;
CREATE POLICY reader ON tenant_shares TO app_user
  USING (reader_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
  WITH CHECK (reader_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON tenant_shares TO app_user;
ALTER POLICY tenant_isolation ON patients
  USING (:own OR tenant_id IN (SELECT owner_id FROM tenant_shares
    WHERE reader_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid))
  WITH CHECK (:own);
