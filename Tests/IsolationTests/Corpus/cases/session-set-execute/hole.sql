-- SET SESSION in dynamic SQL.
CREATE FUNCTION kb.enter(site text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET SESSION app.current_tenant_id = %L', site);
END $$;
