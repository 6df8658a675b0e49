-- A table that is not FORCEd, owned by a role that the application is no member of.
ALTER TABLE depot.articles NO FORCE ROW LEVEL SECURITY;
ALTER TABLE depot.shipments NO FORCE ROW LEVEL SECURITY;
