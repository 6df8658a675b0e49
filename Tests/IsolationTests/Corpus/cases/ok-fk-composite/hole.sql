-- Composite, with ON DELETE SET NULL of one column.
SET ROLE app_owner;
CREATE TABLE referral_letters (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  patient_id uuid,
  body text NOT NULL,
  FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id)
    ON DELETE SET NULL (patient_id)
);
CALL pg_temp.protect('referral_letters');
