-- Tenants' rows refer to a lookup table.
SET ROLE app_owner;
CREATE TABLE diagnoses (code text PRIMARY KEY, label text NOT NULL UNIQUE);
GRANT SELECT ON diagnoses TO app_user;
ALTER TABLE visits ADD diagnosis text REFERENCES diagnoses (code);
