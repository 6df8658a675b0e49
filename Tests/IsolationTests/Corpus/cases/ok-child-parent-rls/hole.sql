-- The child leans on the parent's own policies.
ALTER POLICY via_shipment ON depot.shipment_lines
  USING (EXISTS (SELECT 1 FROM depot.shipments s WHERE s.id = shipment_id))
  WITH CHECK (shipment_id IN (SELECT id FROM depot.shipments));
