-- Only the owner may share, nothing but listing its shares is open to the reader.
SET ROLE app_owner;
CREATE TABLE tenant_shares (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  reader text NOT NULL,
  PRIMARY KEY (tenant_id, reader)
);
CALL pg_temp.protect('tenant_shares');
