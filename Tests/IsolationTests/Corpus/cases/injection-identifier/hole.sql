-- A name is put in quotes by hand.
CREATE FUNCTION kb.sorted_pages(by_column text) RETURNS TABLE (title text) LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  q text := 'SELECT p.title FROM kb.pages p WHERE tenant_id = $1 ORDER BY p."';
BEGIN
  q := q || by_column || '"';
  RETURN QUERY EXECUTE q USING current_setting('app.current_tenant_id', true);
END $$;
