-- Without a context the function raises.
CREATE FUNCTION recent_visits() RETURNS SETOF visits LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE tenant uuid := NULLIF(current_setting('app.current_tenant_id', true), '')::uuid;
BEGIN
  IF tenant IS NULL THEN RAISE EXCEPTION 'no tenant'; END IF;
  RETURN QUERY SELECT * FROM visits v WHERE v.tenant_id = tenant;
END $$;
