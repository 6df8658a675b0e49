-- A foreign table that leads back here as another role.
CREATE EXTENSION postgres_fdw;
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', dbname 'postgres');
CREATE USER MAPPING FOR app_user SERVER loop OPTIONS (user 'postgres', password 'x');
CREATE FOREIGN TABLE depot.shipments_loop (id uuid, tenant_id bigint, extra jsonb)
  SERVER loop OPTIONS (schema_name 'depot', table_name 'shipments');
GRANT SELECT ON depot.shipments_loop TO app_user;
