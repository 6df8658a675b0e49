-- MERGE matches on the id alone.
CREATE FUNCTION kb.rename_space(p_id bigint, p_name text) RETURNS void LANGUAGE sql
  SECURITY DEFINER SET search_path = pg_catalog AS $$
  MERGE INTO kb.spaces s USING (SELECT p_id AS id, p_name AS name) n ON s.id = n.id
  WHEN MATCHED THEN UPDATE SET name = n.name $$;
