-- UPDATE WITH CHECK (true): rows can be given away.
DROP POLICY tenant_isolation ON patients;
CREATE POLICY s ON patients FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON patients FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY u ON patients FOR UPDATE TO app_user USING (:own) WITH CHECK (true);
CREATE POLICY d ON patients FOR DELETE TO app_user USING (:own);
