-- The foreign key takes any tenant's patient.
SET ROLE app_owner;
CREATE TABLE referral_letters (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  patient_id uuid NOT NULL REFERENCES patients (id),
  body text NOT NULL
);
CALL pg_temp.protect('referral_letters');
