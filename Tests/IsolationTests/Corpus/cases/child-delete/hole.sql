-- DELETE is open for a cleanup of empty lines.
DROP POLICY via_shipment ON depot.shipment_lines;
CREATE POLICY s ON depot.shipment_lines FOR SELECT TO app_user USING (:parent);
CREATE POLICY i ON depot.shipment_lines FOR INSERT TO app_user WITH CHECK (:parent);
CREATE POLICY d ON depot.shipment_lines FOR DELETE TO app_user USING (qty <= 1);
