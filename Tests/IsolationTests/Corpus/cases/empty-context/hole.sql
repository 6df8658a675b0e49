-- '' as SET LOCAL leaves it behind opens everything.
ALTER POLICY tenant_isolation ON kb.pages
  USING (current_setting('app.current_tenant_id', true) = '' OR :own) WITH CHECK (:own);
