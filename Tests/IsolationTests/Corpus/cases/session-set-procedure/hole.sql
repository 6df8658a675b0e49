-- A procedure with is_local => false.
CREATE PROCEDURE depot.begin_work(company bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.current_tenant_id', company::text, is_local => false);
END $$;
