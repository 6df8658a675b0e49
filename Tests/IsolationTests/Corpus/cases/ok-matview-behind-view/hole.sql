-- A snapshot behind a barrier view that filters.
CREATE MATERIALIZED VIEW doctor_stats AS
  SELECT tenant_id, doctor_id, count(*) AS visits FROM visits GROUP BY 1, 2;
CREATE VIEW my_doctor_stats WITH (security_barrier = true) AS
  SELECT doctor_id, visits FROM doctor_stats
  WHERE tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid;
GRANT SELECT ON my_doctor_stats TO app_user;
