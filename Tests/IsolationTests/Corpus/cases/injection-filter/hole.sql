-- A whole condition as an argument.
CREATE FUNCTION kb.filter_pages(condition text) RETURNS SETOF kb.pages LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN QUERY EXECUTE 'SELECT * FROM kb.pages WHERE tenant_id = '
    || quote_literal(current_setting('app.current_tenant_id', true)) || ' AND ' || condition;
END $$;
