CREATE TABLE readings (i int NOT NULL, s text);
INSERT INTO readings SELECT n, 'x' || n FROM generate_series(1, 3000) n;
