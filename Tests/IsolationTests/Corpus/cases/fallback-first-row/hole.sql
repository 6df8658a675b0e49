-- No context means the lowest tenant there is.
CREATE FUNCTION depot.tenant() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS $$
  SELECT COALESCE(NULLIF(current_setting('app.current_tenant_id', true), '')::bigint,
    (SELECT min(tenant_id) FROM depot.companies)) $$;
ALTER POLICY tenant_isolation ON depot.articles
  USING (tenant_id = depot.tenant()) WITH CHECK (tenant_id = depot.tenant());
