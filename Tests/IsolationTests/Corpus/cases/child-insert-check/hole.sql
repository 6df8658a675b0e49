-- INSERT checks only that the shipment is named.
DROP POLICY via_shipment ON depot.shipment_lines;
CREATE POLICY s ON depot.shipment_lines FOR SELECT TO app_user USING (:parent);
CREATE POLICY i ON depot.shipment_lines FOR INSERT TO app_user
  WITH CHECK (shipment_id IS NOT NULL AND qty < 1000);
