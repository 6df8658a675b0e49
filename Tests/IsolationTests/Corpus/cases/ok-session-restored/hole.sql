-- A helper that sets the tenant while it runs only.
CREATE FUNCTION kb.titles_of(site text) RETURNS bigint LANGUAGE plpgsql
  SET app.current_tenant_id = '' AS $$
BEGIN
  PERFORM set_config('app.current_tenant_id', site, true);
  RETURN (SELECT count(*) FROM kb.pages WHERE tenant_id = current_setting('app.current_tenant_id'));
END $$;
