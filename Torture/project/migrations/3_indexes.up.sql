-- dbtool: no-transaction
CREATE INDEX CONCURRENTLY readings_i ON readings (i);
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS readings_s ON readings (s);
CREATE TABLE log (n int);
INSERT INTO log VALUES (1);
BEGIN;
INSERT INTO log VALUES (2);
CREATE TYPE mood AS ENUM ('good');
COMMIT;
ALTER TYPE mood ADD VALUE 'bad';
INSERT INTO log VALUES (3);
VACUUM readings;
