-- Shipment_id is found in an inner table that has one too.
SET ROLE app_owner;
CREATE TABLE depot.labels (
  shipment_id uuid PRIMARY KEY REFERENCES depot.shipments (id) ON DELETE CASCADE,
  tenant_id bigint NOT NULL
);
CALL pg_temp.protect('depot.labels');
ALTER POLICY via_shipment ON depot.shipment_lines
  USING (EXISTS (SELECT 1 FROM depot.labels l WHERE l.shipment_id = shipment_id
    AND l.tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::bigint)));
