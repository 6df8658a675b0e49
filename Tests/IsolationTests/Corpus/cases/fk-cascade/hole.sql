-- Deleting an own visit deletes another tenant's reminders.
SET ROLE app_owner;
CREATE TABLE reminders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  visit_id uuid NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
  send_at timestamptz NOT NULL
);
CALL pg_temp.protect('reminders');
