-- The tenant is an argument, the answer a number.
CREATE FUNCTION patient_count(tenant uuid) RETURNS bigint LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT count(*) FROM patients WHERE tenant_id = tenant $$;
