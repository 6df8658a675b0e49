-- A procedure that commits sets each company in turn, for the session.
CREATE PROCEDURE depot.work_through(company bigint) LANGUAGE plpgsql AS $$
BEGIN
  COMMIT;
  PERFORM pg_catalog.set_config('app.current_tenant_id', company::text, 'off');
  COMMIT;
END $$;
