-- Without a context the function returns everything.
CREATE FUNCTION recent_visits() RETURNS SETOF visits LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE tenant uuid := NULLIF(current_setting('app.current_tenant_id', true), '')::uuid;
BEGIN
  IF tenant IS NULL THEN
    RETURN QUERY SELECT * FROM visits;
  ELSE
    RETURN QUERY SELECT * FROM visits WHERE tenant_id = tenant;
  END IF;
END $$;
