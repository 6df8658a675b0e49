-- A monitoring role beside the application.
CREATE ROLE corpus_monitor NOLOGIN;
GRANT pg_monitor TO corpus_monitor;
