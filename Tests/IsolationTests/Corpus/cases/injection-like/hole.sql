-- The text goes into dynamic SQL.
CREATE FUNCTION find_patients(q text) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY EXECUTE 'SELECT full_name FROM patients WHERE tenant_id = '
    || 'NULLIF(current_setting(''app.current_tenant_id'', true), '''')::uuid '
    || 'AND full_name ILIKE ''%' || q || '%''';
END $$;
