-- A policy's function with a pinned search_path.
CREATE FUNCTION in_scope(tenant uuid) RETURNS boolean LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.tenants t WHERE t.id = tenant
    AND t.id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
END $$;
ALTER POLICY tenant_isolation ON visits USING (in_scope(tenant_id)) WITH CHECK (in_scope(tenant_id));
