-- The guard is for app_readonly, the open door for everybody.
DROP POLICY tenant_isolation ON patients;
CREATE POLICY open ON patients USING (true) WITH CHECK (true);
CREATE POLICY guard ON patients AS RESTRICTIVE TO app_readonly USING (:own);
