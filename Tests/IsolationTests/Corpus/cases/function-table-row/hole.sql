-- A function of the child table without a tenant.
CREATE FUNCTION depot.lines_of(p_shipment uuid) RETURNS TABLE (no int, sku text, qty int)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT line_no, sku, qty FROM depot.shipment_lines WHERE shipment_id = p_shipment $$;
