-- 'shared' is everybody's, only for INSERT.
DROP POLICY tenant_isolation ON kb.spaces;
CREATE POLICY read ON kb.spaces FOR SELECT
  USING (tenant_id IN (current_setting('app.current_tenant_id', true), 'shared'));
CREATE POLICY add ON kb.spaces FOR INSERT
  WITH CHECK (tenant_id IN (current_setting('app.current_tenant_id', true), 'shared'));
CREATE POLICY edit ON kb.spaces FOR UPDATE USING (:own);
CREATE POLICY remove ON kb.spaces FOR DELETE USING (:own);
