-- UPDATE checks another column.
DROP POLICY "Tenant isolation" ON "Front Desk"."ErrandNote";
CREATE POLICY s ON "Front Desk"."ErrandNote" FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON "Front Desk"."ErrandNote" FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY u ON "Front Desk"."ErrandNote" FOR UPDATE TO app_user
  USING (:own) WITH CHECK (length("Body") < 4000);
CREATE POLICY d ON "Front Desk"."ErrandNote" FOR DELETE TO app_user USING (:own);
