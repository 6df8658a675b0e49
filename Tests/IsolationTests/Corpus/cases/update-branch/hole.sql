-- Lost shipments may be changed by all.
DROP POLICY tenant_isolation ON depot.shipments;
CREATE POLICY s ON depot.shipments FOR SELECT TO app_user USING (:own);
CREATE POLICY i ON depot.shipments FOR INSERT TO app_user WITH CHECK (:own);
CREATE POLICY u ON depot.shipments FOR UPDATE TO app_user
  USING (:own OR state = 'lost') WITH CHECK (:own OR state = 'lost');
CREATE POLICY d ON depot.shipments FOR DELETE TO app_user USING (:own);
