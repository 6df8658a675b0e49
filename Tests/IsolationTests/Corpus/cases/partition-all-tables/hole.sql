-- GRANT ON ALL TABLES reached the partitions too.
GRANT SELECT ON ALL TABLES IN SCHEMA depot TO app_user;
