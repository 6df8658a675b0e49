-- USING (true) under a restrictive guard for all commands.
DROP POLICY tenant_isolation ON patients;
CREATE POLICY open ON patients TO app_user USING (true) WITH CHECK (true);
CREATE POLICY guard ON patients AS RESTRICTIVE TO PUBLIC USING (:own) WITH CHECK (:own);
