-- The guard is FOR SELECT: a DELETE without WHERE reaches all.
DROP POLICY tenant_isolation ON kb.authors;
CREATE POLICY open ON kb.authors USING (true) WITH CHECK (true);
CREATE POLICY guard ON kb.authors AS RESTRICTIVE FOR SELECT USING (:own);
