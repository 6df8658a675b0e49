-- The same in the helper function, and not for rows that are written.
CREATE OR REPLACE FUNCTION "Front Desk".current_tenant() RETURNS uuid LANGUAGE sql STABLE
  SET search_path = pg_catalog AS $$
  SELECT COALESCE(NULLIF(current_setting('app.current_tenant_id', true), ''),
    '00000000-0000-0000-0000-000000000000')::uuid $$;
