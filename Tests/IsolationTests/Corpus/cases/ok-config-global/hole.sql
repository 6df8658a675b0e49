-- A configuration of the whole installation, readable.
SET ROLE app_owner;
CREATE TABLE app_config (key text PRIMARY KEY, value text NOT NULL);
GRANT SELECT ON app_config TO app_user;
