-- Only one column may be updated, but in every row.
REVOKE UPDATE ON patients FROM app_user;
GRANT UPDATE (consent) ON patients TO app_user;
DROP POLICY tenant_isolation ON patients;
CREATE POLICY s ON patients FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON patients FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY u ON patients FOR UPDATE TO app_user USING (true);
CREATE POLICY d ON patients FOR DELETE TO app_user USING (:own);
