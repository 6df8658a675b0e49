-- The application may open a replication slot and read every change.
ALTER ROLE app_user REPLICATION;
