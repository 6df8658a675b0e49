-- The root has no row-level security and no grant.
ALTER TABLE depot.companies DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON depot.companies FROM app_user;
