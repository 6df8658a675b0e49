-- UPDATE USING (true), the check is right.
DROP POLICY tenant_isolation ON kb.spaces;
CREATE POLICY s ON kb.spaces FOR SELECT USING (:own);
CREATE POLICY i ON kb.spaces FOR INSERT WITH CHECK (:own);
CREATE POLICY u ON kb.spaces FOR UPDATE USING (true) WITH CHECK (true);
CREATE POLICY d ON kb.spaces FOR DELETE USING (:own);
