-- The conflict target has the tenant.
CREATE FUNCTION kb.save_author(address text, p_level text) RETURNS void LANGUAGE sql
  SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  INSERT INTO kb.authors (tenant_id, email, level)
  VALUES (current_setting('app.current_tenant_id', true), address::citext, p_level)
  ON CONFLICT (tenant_id, email) DO UPDATE SET level = EXCLUDED.level $$;
