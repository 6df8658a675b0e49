-- ^@, only for reading.
DROP POLICY tenant_isolation ON kb.authors;
CREATE POLICY read ON kb.authors FOR SELECT
  USING (tenant_id ^@ current_setting('app.current_tenant_id', true));
CREATE POLICY add ON kb.authors FOR INSERT WITH CHECK (:own);
CREATE POLICY edit ON kb.authors FOR UPDATE USING (:own);
CREATE POLICY remove ON kb.authors FOR DELETE USING (:own);
