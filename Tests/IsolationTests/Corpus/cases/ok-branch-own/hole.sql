-- Both branches name the tenant.
ALTER POLICY tenant_isolation ON patients
  USING (:own AND consent OR :own AND deleted_at IS NULL OR :own) WITH CHECK (:own);
