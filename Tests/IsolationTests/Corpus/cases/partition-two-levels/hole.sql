-- A partition of a partition, granted.
SET ROLE app_owner;
CREATE TABLE readings (tenant_id uuid NOT NULL, on_day date NOT NULL, value numeric)
  PARTITION BY RANGE (on_day);
CREATE TABLE readings_2026 PARTITION OF readings
  FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY RANGE (on_day);
CREATE TABLE readings_2026_q1 PARTITION OF readings_2026
  FOR VALUES FROM ('2026-01-01') TO ('2026-04-01');
CREATE TABLE readings_rest PARTITION OF readings DEFAULT;
CALL pg_temp.protect('readings');
GRANT SELECT, DELETE ON readings_2026_q1 TO app_user;
