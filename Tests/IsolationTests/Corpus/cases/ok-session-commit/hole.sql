-- A procedure that commits sets each company for its transaction.
CREATE PROCEDURE depot.work_through(company bigint) LANGUAGE plpgsql AS $$
BEGIN
  COMMIT;
  PERFORM set_config('app.current_tenant_id', company::text, true);
  SET SESSION application_name = 'worker';
  COMMIT;
  SET LOCAL app.current_tenant_id = '';
END $$;
