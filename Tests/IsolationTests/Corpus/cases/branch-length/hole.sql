-- A long remark is seen by all.
ALTER POLICY tenant_isolation ON kb.remarks
  USING (:own OR length(body) > 200) WITH CHECK (:own);
