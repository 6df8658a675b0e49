-- Changes any tenant's shipment by id.
CREATE FUNCTION depot.close_shipment(p_id uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog
  AS $$ UPDATE depot.shipments SET closed_at = now(), state = 'gone' WHERE id = p_id $$;
