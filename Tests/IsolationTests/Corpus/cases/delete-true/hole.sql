-- DELETE USING (true).
DROP POLICY "Tenant isolation" ON "Front Desk"."ErrandNote";
CREATE POLICY s ON "Front Desk"."ErrandNote" FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON "Front Desk"."ErrandNote" FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY u ON "Front Desk"."ErrandNote" FOR UPDATE TO app_user USING (:own);
CREATE POLICY d ON "Front Desk"."ErrandNote" FOR DELETE TO app_user USING (true);
