-- A definer function that filters, but whose search_path is the caller's.
CREATE FUNCTION depot.my_articles() RETURNS SETOF depot.articles LANGUAGE plpgsql STABLE
  SECURITY DEFINER AS $$
BEGIN
  RETURN QUERY SELECT * FROM depot.articles
    WHERE tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::bigint;
END $$;
