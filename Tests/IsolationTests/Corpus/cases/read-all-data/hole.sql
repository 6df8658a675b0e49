-- Pg_read_all_data reads what was never granted, here a table without policies.
GRANT pg_read_all_data TO app_user;
SET ROLE app_owner;
CREATE TABLE tags_secret (tenant_id uuid NOT NULL REFERENCES tenants (id), tag text NOT NULL);
