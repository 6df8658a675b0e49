-- The column to order by goes into dynamic SQL with %s.
CREATE FUNCTION depot.list_articles(p_order text) RETURNS SETOF depot.articles LANGUAGE plpgsql
  STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT * FROM depot.articles WHERE tenant_id = %L ORDER BY %s',
    NULLIF(current_setting('app.current_tenant_id', true), '')::bigint, p_order);
END $$;
