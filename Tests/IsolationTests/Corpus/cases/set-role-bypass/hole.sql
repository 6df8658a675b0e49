-- App_user is a member of a BYPASSRLS role that may read.
CREATE ROLE corpus_etl NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA public TO corpus_etl;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO corpus_etl;
GRANT corpus_etl TO app_user;
