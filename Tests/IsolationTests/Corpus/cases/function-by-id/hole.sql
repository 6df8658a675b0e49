-- A lookup by id without a tenant.
CREATE FUNCTION depot.shipment(p_id uuid) RETURNS depot.shipments LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT * FROM depot.shipments WHERE id = p_id $$;
REVOKE ALL ON FUNCTION depot.shipment(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION depot.shipment(uuid) TO app_user;
