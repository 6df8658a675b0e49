-- A mapping table that only the owner writes and nobody reads.
SET ROLE app_owner;
CREATE TABLE depot.key_map (key_hash text PRIMARY KEY, company bigint NOT NULL);
RESET ROLE;
CREATE FUNCTION depot.company() RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog
  AS $$ SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::bigint $$;
ALTER POLICY tenant_isolation ON depot.articles
  USING (tenant_id = (SELECT depot.company())) WITH CHECK (tenant_id = (SELECT depot.company()));
