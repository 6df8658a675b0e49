-- A definer function that changes only own rows.
CREATE FUNCTION depot.close_shipment(p_id uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
DECLARE n int;
BEGIN
  UPDATE depot.shipments SET closed_at = now() WHERE id = p_id
    AND tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::bigint;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;
