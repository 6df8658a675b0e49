-- A large object that only the superuser may read.
SET ROLE app_owner;
CREATE TABLE scans (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  content bytea NOT NULL
);
CALL pg_temp.protect('scans');
RESET ROLE;
DO $$ BEGIN PERFORM lo_from_bytea(0, 'backup'); END $$;
