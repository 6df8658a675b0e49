-- A NULL argument means all tenants.
CREATE FUNCTION depot.stock(p_company bigint DEFAULT NULL) RETURNS SETOF depot.articles
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT * FROM depot.articles WHERE tenant_id = p_company
    AND tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::bigint
    OR p_company IS NULL $$;
