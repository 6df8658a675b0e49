-- The application's roles may look up names in the schema, and create nothing in it. These are the
-- only statements here that need the administrator instead of app_owner.

GRANT USAGE ON SCHEMA public TO app_user, app_readonly;
REVOKE CREATE ON SCHEMA public FROM app_user, app_readonly;
