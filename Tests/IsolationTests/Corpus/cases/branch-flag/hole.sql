-- Rows with consent are seen by all.
ALTER POLICY tenant_isolation ON patients USING (:own OR consent) WITH CHECK (:own);
