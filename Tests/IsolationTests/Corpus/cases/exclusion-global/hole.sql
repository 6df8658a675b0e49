-- An exclusion constraint without the tenant.
SET ROLE app_owner;
CREATE TABLE theatre_slots (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL,
  theatre int NOT NULL,
  during tsrange NOT NULL,
  EXCLUDE USING gist (theatre WITH =, during WITH &&)
);
CALL pg_temp.protect('theatre_slots');
