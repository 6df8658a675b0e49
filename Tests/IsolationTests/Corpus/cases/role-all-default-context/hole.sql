-- ALTER ROLE … IN DATABASE SET of a setting with another name.
DO $$ BEGIN
  EXECUTE format('ALTER ROLE app_user IN DATABASE %I SET app.org_id = %L', current_database(), '7');
END $$;
