-- REFERENCES, and no schema to make a table in.
GRANT REFERENCES ON "Front Desk"."Errand" TO app_user;
DO $$ BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
