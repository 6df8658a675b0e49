-- A table without row-level security that the application cannot reach.
SET ROLE app_owner;
CREATE TABLE billing_runs (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, total numeric);
GRANT SELECT ON billing_runs TO app_readonly;
