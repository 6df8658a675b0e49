-- One sequence for all tenants, which anybody may read and set.
SET ROLE app_owner;
CREATE SEQUENCE invoice_no;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE invoice_no TO app_user;
CREATE TABLE numbered_invoices (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  no bigint NOT NULL DEFAULT nextval('invoice_no')
);
CALL pg_temp.protect('numbered_invoices');
