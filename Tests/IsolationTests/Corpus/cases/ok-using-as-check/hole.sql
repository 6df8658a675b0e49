-- FOR ALL without WITH CHECK: USING is checked.
DROP POLICY tenant_isolation ON depot.shipments;
CREATE POLICY tenant_isolation ON depot.shipments TO app_user USING (:own);
