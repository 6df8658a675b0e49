-- INSERT WITH CHECK (true).
DROP POLICY tenant_isolation ON visits;
CREATE POLICY s ON visits FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON visits FOR INSERT TO app_user WITH CHECK (true);
CREATE POLICY u ON visits FOR UPDATE TO app_user USING (:own);
CREATE POLICY d ON visits FOR DELETE TO app_user USING (:own);
