-- Quote_nullable, quote_ident and %L around each argument.
CREATE FUNCTION kb.quoted(word text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
  AS $$ SELECT quote_nullable(word) $$;
CREATE FUNCTION kb.find_pages(word text, by_column text) RETURNS SETOF kb.pages LANGUAGE plpgsql
  STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  q text := 'SELECT * FROM kb.pages WHERE tenant_id = $1 AND title = ' || kb.quoted(word);
BEGIN
  q := q || format(' AND title <> %L', word) || ' ORDER BY ' || quote_ident(by_column);
  RETURN QUERY EXECUTE q USING current_setting('app.current_tenant_id', true);
END $$;
