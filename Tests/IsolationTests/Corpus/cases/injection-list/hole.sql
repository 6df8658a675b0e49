-- A procedure pastes a list of ids into an IN.
CREATE PROCEDURE archive_patients(ids text) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  EXECUTE concat('UPDATE patients SET deleted_at = now() WHERE tenant_id = ',
    quote_literal(current_setting('app.current_tenant_id', true)), '::uuid AND id IN (', ids, ')');
END $$;
