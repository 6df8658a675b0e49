-- The view's owner has BYPASSRLS.
CREATE ROLE corpus_reports NOLOGIN BYPASSRLS;
GRANT SELECT ON patients TO corpus_reports;
GRANT USAGE, CREATE ON SCHEMA public TO corpus_reports;
SET ROLE corpus_reports;
CREATE VIEW patient_index AS SELECT tenant_id, full_name, born FROM patients;
GRANT SELECT ON patient_index TO app_user;
