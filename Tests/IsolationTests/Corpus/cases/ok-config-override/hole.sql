-- Values by tenant, protected.
SET ROLE app_owner;
CREATE TABLE depot.settings (
  tenant_id bigint NOT NULL REFERENCES depot.companies, name text NOT NULL, value jsonb,
  PRIMARY KEY (tenant_id, name));
CALL pg_temp.protect('depot.settings');
