-- Any tenant may change the master data of all.
GRANT UPDATE ON depot.companies TO app_user;
CREATE POLICY edit ON depot.companies FOR UPDATE TO app_user USING (true) WITH CHECK (true);
