-- The owner's view over a FORCEd table without a policy for the owner shows nothing.
SET ROLE app_owner;
CREATE VIEW patient_list AS SELECT tenant_id, full_name FROM patients;
GRANT SELECT ON patient_list TO app_user;
