-- Called a configuration, yet each row is a tenant's.
SET ROLE app_owner;
CREATE TABLE app_config (
  tenant_id uuid NOT NULL REFERENCES tenants (id), key text NOT NULL, value text NOT NULL,
  PRIMARY KEY (tenant_id, key));
GRANT SELECT, INSERT, UPDATE, DELETE ON app_config TO app_user;
