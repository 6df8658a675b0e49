-- Free articles may be read and written by all.
ALTER POLICY tenant_isolation ON depot.articles
  USING (:own OR price_cents = 0) WITH CHECK (:own OR price_cents = 0);
