-- The policy of the tenants' table is true.
ALTER POLICY tenant_isolation ON kb.sites USING (true);
