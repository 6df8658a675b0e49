-- MERGE that matches on the tenant too.
CREATE FUNCTION depot.put_article(p_sku text, p_price int) RETURNS void LANGUAGE sql
  SECURITY DEFINER SET search_path = pg_catalog AS $$
  MERGE INTO depot.articles a USING (SELECT p_sku AS sku, p_price AS price,
    NULLIF(current_setting('app.current_tenant_id', true), '')::bigint AS tenant) s
    ON a.sku = s.sku AND a.tenant_id = s.tenant
  WHEN MATCHED THEN UPDATE SET price_cents = s.price
  WHEN NOT MATCHED THEN INSERT (tenant_id, sku, title, price_cents)
    VALUES (s.tenant, s.sku, s.sku, s.price) $$;
