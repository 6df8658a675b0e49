-- Deletes a patient of any tenant by the address.
CREATE FUNCTION forget_patient(address text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE n int;
BEGIN
  DELETE FROM patients WHERE email = address;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;
