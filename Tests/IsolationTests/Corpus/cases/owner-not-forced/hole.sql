-- The application owns a table that is not FORCEd.
ALTER TABLE visits NO FORCE ROW LEVEL SECURITY;
GRANT CREATE ON SCHEMA public TO app_user;
ALTER TABLE visits OWNER TO app_user;
