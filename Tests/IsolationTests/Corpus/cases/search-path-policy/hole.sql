-- A policy's function looks its table up where the caller says.
CREATE FUNCTION in_scope(tenant uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM tenants WHERE id = tenant);
END $$;
ALTER POLICY tenant_isolation ON visits USING (in_scope(tenant_id)) WITH CHECK (in_scope(tenant_id));
