-- The primary key is a name without the tenant.
SET ROLE app_owner;
CREATE TABLE kb.domains (host text PRIMARY KEY, tenant_id kb.tenant_key NOT NULL REFERENCES kb.sites);
CALL pg_temp.protect('kb.domains');
