-- A lookup table whose SELECT policy is true.
SET ROLE app_owner;
CREATE TABLE diagnoses (code text PRIMARY KEY, label text NOT NULL);
ALTER TABLE diagnoses ENABLE ROW LEVEL SECURITY;
ALTER TABLE diagnoses FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON diagnoses FOR SELECT TO app_user USING (true);
GRANT SELECT ON diagnoses TO app_user;
