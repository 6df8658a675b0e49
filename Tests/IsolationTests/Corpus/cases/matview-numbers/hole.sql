-- Numbers of all tenants by tenant.
CREATE MATERIALIZED VIEW depot.turnover AS
  SELECT tenant_id, moved_on, sum(units) AS units FROM depot.movements GROUP BY 1, 2;
GRANT SELECT ON depot.turnover TO app_user;
