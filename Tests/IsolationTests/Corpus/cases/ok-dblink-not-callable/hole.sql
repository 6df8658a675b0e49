-- The extension is there, its functions are not for the application.
CREATE EXTENSION dblink;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gen_random_uuid() TO PUBLIC;
