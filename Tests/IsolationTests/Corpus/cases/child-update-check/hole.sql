-- Lines can be moved to another tenant's shipment.
DROP POLICY via_shipment ON depot.shipment_lines;
CREATE POLICY s ON depot.shipment_lines FOR SELECT TO app_user USING (:parent);
CREATE POLICY i ON depot.shipment_lines FOR INSERT TO app_user WITH CHECK (:parent);
CREATE POLICY u ON depot.shipment_lines FOR UPDATE TO app_user USING (:parent) WITH CHECK (true);
CREATE POLICY d ON depot.shipment_lines FOR DELETE TO app_user USING (:parent);
