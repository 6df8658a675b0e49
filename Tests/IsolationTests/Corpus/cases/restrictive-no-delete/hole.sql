-- Guards for all commands but DELETE.
DROP POLICY tenant_isolation ON club.matches;
CREATE POLICY open ON club.matches TO app_user USING (true);
CREATE POLICY guard_s ON club.matches AS RESTRICTIVE FOR SELECT TO app_user USING (:own);
CREATE POLICY guard_i ON club.matches AS RESTRICTIVE FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY guard_u ON club.matches AS RESTRICTIVE FOR UPDATE TO app_user USING (:own);
