-- A view of the owner over pg_statistic.
CREATE VIEW column_values AS
  SELECT starelid::regclass AS relation, staattnum, stavalues1::text AS bounds FROM pg_statistic;
GRANT SELECT ON column_values TO app_user;
