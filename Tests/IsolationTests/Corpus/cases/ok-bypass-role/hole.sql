-- A BYPASSRLS role that nobody is a member of.
CREATE ROLE corpus_backup NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA kb TO corpus_backup;
GRANT SELECT ON ALL TABLES IN SCHEMA kb TO corpus_backup;
GRANT app_readonly TO corpus_backup;
