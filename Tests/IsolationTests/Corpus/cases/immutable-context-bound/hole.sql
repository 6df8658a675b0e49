-- Bodies of the SQL standard, in which names are bound.
CREATE FUNCTION tenant_text() RETURNS text LANGUAGE sql STABLE
  RETURN current_setting('app.current_tenant_id', true);
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql IMMUTABLE
  BEGIN ATOMIC SELECT NULLIF(tenant_text(), '')::uuid; END;
ALTER POLICY tenant_isolation ON visits USING (tenant_id = (SELECT tenant()));
