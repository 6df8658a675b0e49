-- IS NULL in one statement: '' is no such case, only a new connection is.
CREATE FUNCTION kb.my_spaces() RETURNS SETOF kb.spaces LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS $$
  SELECT * FROM kb.spaces WHERE current_setting('app.current_tenant_id', true) IS NULL
    OR tenant_id = current_setting('app.current_tenant_id', true) $$;
