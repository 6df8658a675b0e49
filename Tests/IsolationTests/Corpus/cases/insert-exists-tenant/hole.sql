-- INSERT checks that a tenant with that id exists.
DROP POLICY tenant_isolation ON depot.articles;
CREATE FUNCTION depot.company_exists(bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
  AS $$ SELECT EXISTS (SELECT 1 FROM depot.companies WHERE tenant_id = $1) $$;
CREATE POLICY s ON depot.articles FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON depot.articles FOR INSERT TO app_user
  WITH CHECK (depot.company_exists(tenant_id));
CREATE POLICY u ON depot.articles FOR UPDATE TO app_user USING (:own);
CREATE POLICY d ON depot.articles FOR DELETE TO app_user USING (:own);
