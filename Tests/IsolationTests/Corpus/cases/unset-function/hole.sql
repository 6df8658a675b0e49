-- The helper's NULL is taken for an administrator.
ALTER POLICY "Tenant isolation" ON "Front Desk"."Errand"
  USING ("Front Desk".current_tenant() IS NULL OR :own) WITH CHECK (:own);
