-- A definer function in the select list.
CREATE FUNCTION depot.cheapest(p_sku text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS $$
  SELECT tenant_id || ': ' || title FROM depot.articles WHERE sku = p_sku
    ORDER BY price_cents LIMIT 1 $$;
CREATE VIEW depot.article_ranks WITH (security_invoker = true) AS
  SELECT sku, depot.cheapest(sku) AS cheapest FROM depot.articles;
GRANT SELECT ON depot.article_ranks TO app_user;
