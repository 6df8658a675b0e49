-- The guard is written as permissive.
DROP POLICY tenant_isolation ON depot.articles;
CREATE POLICY open ON depot.articles TO app_user USING (price_cents >= 0) WITH CHECK (:own);
CREATE POLICY guard ON depot.articles AS PERMISSIVE TO app_user USING (:own);
