-- INSERT checks only that the title is not empty.
DROP POLICY tenant_isolation ON kb.pages;
CREATE POLICY s ON kb.pages FOR SELECT USING (:own);
CREATE POLICY i ON kb.pages FOR INSERT WITH CHECK (title <> '' AND state = 'draft');
CREATE POLICY u ON kb.pages FOR UPDATE USING (:own);
CREATE POLICY d ON kb.pages FOR DELETE USING (:own);
