-- REFERENCES, and CREATE on the database.
GRANT REFERENCES ON "Front Desk"."Errand" TO app_user;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO app_user', current_database()); END $$;
