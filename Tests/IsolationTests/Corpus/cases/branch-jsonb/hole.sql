-- Options->>'shared' opens a row.
ALTER POLICY tenant_isolation ON kb.spaces
  USING (:own OR (options ->> 'shared')::boolean) WITH CHECK (:own);
