-- Granted, row-level security on, no policy at all.
DROP POLICY tenant_isolation ON club.matches;
