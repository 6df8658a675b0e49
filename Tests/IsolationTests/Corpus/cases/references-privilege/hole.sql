-- REFERENCES, and CREATE on the schema.
GRANT REFERENCES ON depot.articles TO app_user;
GRANT CREATE ON SCHEMA depot TO app_user;
