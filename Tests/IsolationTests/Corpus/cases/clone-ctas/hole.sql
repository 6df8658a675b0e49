-- CREATE TABLE AS for a backup, readable.
SET ROLE app_owner;
CREATE TABLE kb.pages_backup AS SELECT * FROM kb.pages;
GRANT SELECT ON kb.pages_backup TO app_user;
