-- A table of tenants' rows without row-level security.
ALTER TABLE depot.shipments DISABLE ROW LEVEL SECURITY;
ALTER TABLE depot.shipments NO FORCE ROW LEVEL SECURITY;
DROP POLICY tenant_isolation ON depot.shipments;
