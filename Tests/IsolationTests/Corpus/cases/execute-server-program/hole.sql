-- Pg_execute_server_program is the operating system's user.
GRANT pg_execute_server_program TO app_user;
