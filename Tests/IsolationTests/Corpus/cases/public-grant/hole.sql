-- The grant is to PUBLIC.
SET ROLE app_owner;
CREATE TABLE referrals (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  letter text NOT NULL
);
GRANT SELECT ON referrals TO PUBLIC;
