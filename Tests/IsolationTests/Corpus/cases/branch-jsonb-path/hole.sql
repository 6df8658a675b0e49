-- Extra @> a document opens a row.
ALTER POLICY tenant_isolation ON depot.shipments
  USING (:own OR extra @> '{"audience": {"scope": "network"}}') WITH CHECK (:own);
