-- An UPDATE policy on a partitioned table whose check is true.
DROP POLICY tenant_isolation ON depot.movements;
CREATE POLICY s ON depot.movements FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON depot.movements FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY u ON depot.movements FOR UPDATE TO app_user USING (:own) WITH CHECK (units >= 0);
