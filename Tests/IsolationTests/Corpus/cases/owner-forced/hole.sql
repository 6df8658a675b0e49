-- The application owns a FORCEd table: it can switch row-level security off.
GRANT CREATE ON SCHEMA depot TO app_user;
ALTER TABLE depot.articles OWNER TO app_user;
