-- Upper() on both sides, only for reading.
DROP POLICY tenant_isolation ON kb.remarks;
CREATE POLICY read ON kb.remarks FOR SELECT
  USING (upper(tenant_id) = upper(current_setting('app.current_tenant_id', true)));
CREATE POLICY add ON kb.remarks FOR INSERT WITH CHECK (:own);
CREATE POLICY edit ON kb.remarks FOR UPDATE USING (:own);
CREATE POLICY remove ON kb.remarks FOR DELETE USING (:own);
