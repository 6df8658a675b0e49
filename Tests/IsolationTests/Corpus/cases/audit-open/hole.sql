-- A trigger writes all tenants' rows into one readable log.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz DEFAULT now(),
  relation text NOT NULL, row_data jsonb NOT NULL);
GRANT SELECT ON audit_log TO app_user;
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO audit_log (relation, row_data) VALUES (TG_TABLE_NAME, to_jsonb(NEW));
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON patients FOR EACH ROW EXECUTE FUNCTION audit();
