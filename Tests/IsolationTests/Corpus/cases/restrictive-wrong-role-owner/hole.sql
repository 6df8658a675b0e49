-- The guard is for the owner.
DROP POLICY "Tenant isolation" ON "Front Desk"."Errand";
CREATE POLICY open ON "Front Desk"."Errand" TO app_user USING (true) WITH CHECK (true);
CREATE POLICY guard ON "Front Desk"."Errand" AS RESTRICTIVE TO app_owner USING (:own);
