-- A superuser's view filters reading, writing goes anywhere without CHECK OPTION.
CREATE VIEW depot.my_articles WITH (security_barrier) AS
  SELECT tenant_id, sku, title, price_cents FROM depot.articles
  WHERE tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE, DELETE ON depot.my_articles TO app_user;
