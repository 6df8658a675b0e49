-- A lookup table that all read, without row-level security.
SET ROLE app_owner;
CREATE TABLE depot.countries (code char(2) PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON depot.countries TO app_user;
