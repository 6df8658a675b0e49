-- Rows of nobody, shown to all, may be written by anybody.
SET ROLE app_owner;
CREATE TABLE letter_templates (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid REFERENCES tenants (id),
  body text NOT NULL
);
CALL pg_temp.protect('letter_templates');
ALTER POLICY tenant_isolation ON letter_templates
  USING (tenant_id IS NULL OR :own) WITH CHECK (tenant_id IS NULL OR :own);
