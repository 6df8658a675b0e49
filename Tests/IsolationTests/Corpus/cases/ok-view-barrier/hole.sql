-- A superuser's view with security_barrier that filters.
CREATE VIEW my_patients WITH (security_barrier) AS
  SELECT id, full_name, email FROM patients
  WHERE tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid;
GRANT SELECT ON my_patients TO app_user;
