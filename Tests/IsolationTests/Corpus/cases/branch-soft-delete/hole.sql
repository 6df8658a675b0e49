-- Deleted rows are seen by all.
ALTER POLICY tenant_isolation ON patients
  USING (:own OR deleted_at IS NOT NULL) WITH CHECK (:own);
