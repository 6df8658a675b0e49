-- A join of a FORCEd table and one that is not.
ALTER TABLE doctors NO FORCE ROW LEVEL SECURITY;
SET ROLE app_owner;
CREATE POLICY owner_too ON visits TO app_owner USING (:own);
CREATE VIEW visit_sheet AS
  SELECT d.name, d.licence, v.during FROM doctors d LEFT JOIN visits v ON v.doctor_id = d.id;
GRANT SELECT ON visit_sheet TO app_user;
