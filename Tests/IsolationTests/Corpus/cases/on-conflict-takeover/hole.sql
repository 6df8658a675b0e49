-- The conflict takes the row over.
CREATE FUNCTION save_doctor(p_id uuid, p_name text) RETURNS uuid LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  INSERT INTO doctors (id, tenant_id, name, licence, settings) VALUES (p_id,
    NULLIF(current_setting('app.current_tenant_id', true), '')::uuid, p_name, 'AB123456', '{}')
  ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING id $$;
