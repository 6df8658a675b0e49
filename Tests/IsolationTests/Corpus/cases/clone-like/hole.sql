-- LIKE INCLUDING ALL copies no policies.
SET ROLE app_owner;
CREATE TABLE visits_archive (LIKE visits INCLUDING ALL);
GRANT SELECT, INSERT ON visits_archive TO app_user;
