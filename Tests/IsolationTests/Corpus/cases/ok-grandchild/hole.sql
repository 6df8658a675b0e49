-- A grandchild through two parents.
SET ROLE app_owner;
CREATE TABLE depot.line_serials (
  shipment_id uuid NOT NULL, line_no int NOT NULL, serial text NOT NULL,
  PRIMARY KEY (shipment_id, line_no, serial),
  FOREIGN KEY (shipment_id, line_no) REFERENCES depot.shipment_lines ON DELETE CASCADE
);
ALTER TABLE depot.line_serials ENABLE ROW LEVEL SECURITY;
ALTER TABLE depot.line_serials FORCE ROW LEVEL SECURITY;
CREATE POLICY via_line ON depot.line_serials TO app_user
  USING (EXISTS (SELECT 1 FROM depot.shipment_lines l
    WHERE l.shipment_id = line_serials.shipment_id AND l.line_no = line_serials.line_no))
  WITH CHECK (EXISTS (SELECT 1 FROM depot.shipment_lines l
    WHERE l.shipment_id = line_serials.shipment_id AND l.line_no = line_serials.line_no));
GRANT SELECT, INSERT, UPDATE, DELETE ON depot.line_serials TO app_user;
