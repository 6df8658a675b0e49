-- A clone that got its own policy.
SET ROLE app_owner;
CREATE TABLE visits_archive (LIKE visits INCLUDING DEFAULTS INCLUDING GENERATED);
CALL pg_temp.protect('visits_archive');
