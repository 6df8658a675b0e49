-- DELETE of archived visits of all tenants, for a cleanup job.
DROP POLICY tenant_isolation ON visits;
CREATE POLICY s ON visits FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON visits FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY u ON visits FOR UPDATE TO app_user USING (:own);
CREATE POLICY d ON visits FOR DELETE TO app_user USING (state = 'archived');
