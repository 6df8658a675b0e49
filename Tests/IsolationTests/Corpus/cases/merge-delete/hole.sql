-- MERGE deletes by the address.
CREATE FUNCTION merge_patients(p_email text, p_keep boolean) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  MERGE INTO patients p USING (SELECT p_email AS email) n ON p.email = n.email
  WHEN MATCHED AND p_keep THEN UPDATE SET extra = '{"kept": true}'
  WHEN MATCHED THEN DELETE;
END $$;
