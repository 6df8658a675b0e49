-- dbtool: no-transaction
ALTER TABLE parts DETACH PARTITION part_1 CONCURRENTLY;
REINDEX TABLE CONCURRENTLY readings;
INSERT INTO readings VALUES (4000, 'x4000');
CREATE INDEX CONCURRENTLY readings_both ON readings (s, i);
