-- No arguments, all tenants.
CREATE FUNCTION club.next_matches() RETURNS TABLE (org int, court int, at timestamp) LANGUAGE sql
  STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT org_id, court_id, starts_at FROM club.matches ORDER BY 3 $$;
