-- The column to order by is one of a list.
CREATE FUNCTION depot.list_articles(p_order text) RETURNS SETOF depot.articles LANGUAGE plpgsql
  STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF p_order IS NULL OR p_order NOT IN ('sku', 'title', 'price_cents DESC') THEN
    RAISE EXCEPTION 'no such order: %', p_order;
  END IF;
  RETURN QUERY EXECUTE format('SELECT * FROM depot.articles WHERE tenant_id = %L ORDER BY %s',
    NULLIF(current_setting('app.current_tenant_id', true), '')::bigint, p_order);
END $$;
