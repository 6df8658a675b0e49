-- The membership goes through another role.
CREATE ROLE corpus_jobs NOLOGIN BYPASSRLS;
CREATE ROLE corpus_team NOLOGIN;
GRANT USAGE ON SCHEMA kb TO corpus_jobs;
GRANT SELECT ON ALL TABLES IN SCHEMA kb TO corpus_jobs;
GRANT corpus_jobs TO corpus_team;
GRANT corpus_team TO app_user;
