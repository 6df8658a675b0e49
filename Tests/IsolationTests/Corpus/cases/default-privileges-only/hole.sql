-- Tables that come later will be granted without policies; none is there yet.
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA kb
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_user;
