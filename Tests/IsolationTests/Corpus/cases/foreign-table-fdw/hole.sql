-- Postgres_fdw with a mapping for everybody.
CREATE EXTENSION postgres_fdw;
CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', dbname 'w');
CREATE USER MAPPING FOR PUBLIC SERVER warehouse OPTIONS (user 'etl', password 'x');
CREATE FOREIGN TABLE kb.remote_pages (tenant_id text, title text) SERVER warehouse;
GRANT SELECT, INSERT ON kb.remote_pages TO app_user;
