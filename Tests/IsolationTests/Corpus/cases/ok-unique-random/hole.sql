-- A uuid key that nobody can guess.
SET ROLE app_owner;
CREATE TABLE tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants (id),
  note text);
CALL pg_temp.protect('tokens');
