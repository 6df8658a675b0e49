-- An exclusion constraint with the tenant.
CREATE EXTENSION IF NOT EXISTS btree_gist;
SET ROLE app_owner;
CREATE TABLE club.holidays (org_id int NOT NULL, days daterange NOT NULL,
  EXCLUDE USING gist (org_id WITH =, days WITH &&));
CALL pg_temp.protect('club.holidays');
