-- The tenant is an argument that is compared with the setting.
CREATE FUNCTION kb.pages_of(site text) RETURNS SETOF kb.pages LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF site IS DISTINCT FROM current_setting('app.current_tenant_id', true) THEN
    RAISE EXCEPTION 'not your site' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT * FROM kb.pages WHERE tenant_id = site;
END $$;
