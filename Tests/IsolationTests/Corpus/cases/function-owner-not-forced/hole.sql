-- The function belongs to the owner of a table that is not FORCEd.
ALTER TABLE doctors NO FORCE ROW LEVEL SECURITY;
SET ROLE app_owner;
CREATE FUNCTION doctor_by_licence(p_licence text) RETURNS SETOF doctors LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT * FROM doctors WHERE licence = p_licence $$;
