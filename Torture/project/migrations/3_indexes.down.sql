-- dbtool: no-transaction
DROP INDEX CONCURRENTLY readings_s;
DROP INDEX CONCURRENTLY readings_i;
DROP TABLE log;
DROP TYPE mood;
