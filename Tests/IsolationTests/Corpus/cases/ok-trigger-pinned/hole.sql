-- A definer trigger function with a pinned search_path.
CREATE TABLE patient_marks (tenant_id uuid NOT NULL, patient_id uuid NOT NULL, at timestamptz);
CALL pg_temp.protect('patient_marks');
CREATE FUNCTION stamp_patient() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO patient_marks VALUES (NEW.tenant_id, NEW.id, now());
  RETURN NEW;
END $$;
CREATE TRIGGER stamp AFTER INSERT ON patients FOR EACH ROW EXECUTE FUNCTION stamp_patient();
