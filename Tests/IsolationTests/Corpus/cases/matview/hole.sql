-- A snapshot of all tenants' pages.
CREATE MATERIALIZED VIEW kb.page_search AS
  SELECT tenant_id, id, to_tsvector('simple', title) AS words FROM kb.pages;
GRANT SELECT ON kb.page_search TO app_user;
