-- NOINHERIT hides the membership until SET ROLE.
CREATE ROLE corpus_support NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA depot TO corpus_support;
GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA depot TO corpus_support;
ALTER ROLE app_user NOINHERIT;
GRANT corpus_support TO app_user;
