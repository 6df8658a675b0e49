-- Guards for each command.
DROP POLICY tenant_isolation ON kb.authors;
CREATE POLICY open ON kb.authors USING (true) WITH CHECK (true);
CREATE POLICY gs ON kb.authors AS RESTRICTIVE FOR SELECT USING (:own);
CREATE POLICY gi ON kb.authors AS RESTRICTIVE FOR INSERT WITH CHECK (:own);
CREATE POLICY gu ON kb.authors AS RESTRICTIVE FOR UPDATE USING (:own) WITH CHECK (:own);
CREATE POLICY gd ON kb.authors AS RESTRICTIVE FOR DELETE USING (:own);
