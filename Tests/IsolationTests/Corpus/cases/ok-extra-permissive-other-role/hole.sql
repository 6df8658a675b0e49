-- The open policy is for app_readonly.
CREATE POLICY reporting ON patients FOR SELECT TO app_readonly USING (true);
GRANT USAGE ON SCHEMA public TO app_readonly;
GRANT SELECT ON patients TO app_readonly;
