-- A procedure with false for is_local.
CREATE PROCEDURE depot.begin_work(company bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.current_tenant_id', company::text, false);
END $$;
