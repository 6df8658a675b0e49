-- A constant that is true but is not written true.
ALTER POLICY tenant_isolation ON doctors USING (1 = 1) WITH CHECK (:own);
