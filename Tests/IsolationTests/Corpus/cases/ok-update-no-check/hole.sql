-- UPDATE without WITH CHECK: USING is checked.
DROP POLICY tenant_isolation ON kb.remarks;
CREATE POLICY s ON kb.remarks FOR SELECT USING (:own);
CREATE POLICY i ON kb.remarks FOR INSERT WITH CHECK (:own);
CREATE POLICY u ON kb.remarks FOR UPDATE USING (:own);
