-- A foreign table that is not granted.
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE old_patients (tenant_id uuid, full_name text)
  SERVER files OPTIONS (filename '/dev/null', format 'csv');
