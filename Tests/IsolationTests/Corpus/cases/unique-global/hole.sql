-- A login name is unique over all tenants.
SET ROLE app_owner;
CREATE TABLE portal_logins (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  login text NOT NULL UNIQUE
);
CALL pg_temp.protect('portal_logins');
