-- Rows of 'shared' may be read by all and written by nobody.
DROP POLICY tenant_isolation ON kb.spaces;
CREATE POLICY s ON kb.spaces FOR SELECT
  USING (tenant_id = 'shared' OR :own);
CREATE POLICY i ON kb.spaces FOR INSERT WITH CHECK (:own AND tenant_id <> 'shared');
CREATE POLICY u ON kb.spaces FOR UPDATE USING (:own AND tenant_id <> 'shared');
CREATE POLICY d ON kb.spaces FOR DELETE USING (:own AND tenant_id <> 'shared');
