-- The planner's statistics hold values of all tenants, and pg_stats hides them no longer.
GRANT SELECT ON pg_catalog.pg_statistic TO app_user;
