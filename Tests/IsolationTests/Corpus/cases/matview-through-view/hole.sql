-- An invoker view over a materialized view.
CREATE MATERIALIZED VIEW doctor_stats AS
  SELECT tenant_id, doctor_id, count(*) AS visits FROM visits GROUP BY 1, 2;
GRANT SELECT ON doctor_stats TO app_user;
CREATE VIEW doctor_stats_view WITH (security_invoker = true) AS SELECT * FROM doctor_stats;
GRANT SELECT ON doctor_stats_view TO app_user;
