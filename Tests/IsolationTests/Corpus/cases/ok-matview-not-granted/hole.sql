-- A snapshot that is not granted.
CREATE MATERIALIZED VIEW kb.page_search AS SELECT tenant_id, id, title FROM kb.pages;
