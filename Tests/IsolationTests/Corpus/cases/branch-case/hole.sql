-- A CASE opens the courts outdoors.
ALTER POLICY tenant_isolation ON club.courts
  USING (CASE WHEN indoor THEN :own ELSE true END) WITH CHECK (:own);
