-- A definer function that compares the tenant.
CREATE FUNCTION depot.shipment(p_id uuid) RETURNS SETOF depot.shipments LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT * FROM depot.shipments WHERE id = p_id
    AND tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::bigint $$;
