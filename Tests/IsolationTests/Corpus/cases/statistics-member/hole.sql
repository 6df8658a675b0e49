-- Pg_read_all_stats and the owner's statistics show values of all tenants.
CREATE VIEW kb.column_values AS
  SELECT schemaname, tablename, attname, most_common_vals::text AS vals FROM pg_stats;
GRANT SELECT ON kb.column_values TO app_user;
GRANT pg_read_all_stats TO app_user;
