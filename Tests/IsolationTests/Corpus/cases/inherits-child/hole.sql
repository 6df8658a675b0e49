-- The child of a protected table is granted and has no policies.
SET ROLE app_owner;
CREATE TABLE inpatients (ward text NOT NULL DEFAULT 'A') INHERITS (patients);
GRANT SELECT, INSERT, UPDATE, DELETE ON inpatients TO app_user;
