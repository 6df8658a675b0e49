-- TRIGGER, and a schema in which to make its function.
GRANT TRIGGER ON kb.pages TO PUBLIC;
CREATE SCHEMA sandbox;
GRANT USAGE, CREATE ON SCHEMA sandbox TO app_user;
