-- Reading is open, writing is not.
ALTER POLICY "Tenant isolation" ON "Front Desk"."Errand" USING (:own);
CREATE POLICY read ON "Front Desk"."Errand" FOR SELECT TO app_user USING (true);
