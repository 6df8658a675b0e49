-- A trigger writes a log with a tenant and a policy.
SET ROLE app_owner;
CREATE TABLE audit_log (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants (id),
  at timestamptz NOT NULL DEFAULT now(), row_data jsonb NOT NULL);
CALL pg_temp.protect('audit_log');
REVOKE INSERT, UPDATE, DELETE ON audit_log FROM app_user;
RESET ROLE;
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO audit_log (tenant_id, row_data) VALUES (NEW.tenant_id, to_jsonb(NEW));
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON patients FOR EACH ROW EXECUTE FUNCTION audit();
