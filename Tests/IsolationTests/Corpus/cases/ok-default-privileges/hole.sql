-- Default privileges for app_readonly.
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA kb GRANT SELECT ON TABLES TO app_readonly;
