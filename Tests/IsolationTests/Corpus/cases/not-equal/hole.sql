-- IS DISTINCT FROM where IS NOT DISTINCT FROM was meant, OR-ed to the right one.
ALTER POLICY "Tenant isolation" ON "Front Desk"."Clerk"
  USING (:own OR "TenantId" IS DISTINCT FROM "Front Desk".current_tenant()) WITH CHECK (:own);
