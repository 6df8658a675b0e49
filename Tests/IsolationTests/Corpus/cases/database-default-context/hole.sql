-- ALTER DATABASE SET gives every session a tenant.
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET app.current_tenant_id = %L', current_database(), '1002');
END $$;
