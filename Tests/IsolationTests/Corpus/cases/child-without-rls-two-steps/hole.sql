-- A grandchild without tenant column and without row-level security.
SET ROLE app_owner;
CREATE TABLE depot.line_serials (
  shipment_id uuid NOT NULL, line_no int NOT NULL, serial text NOT NULL,
  PRIMARY KEY (shipment_id, line_no, serial),
  FOREIGN KEY (shipment_id, line_no) REFERENCES depot.shipment_lines ON DELETE CASCADE
);
GRANT SELECT, INSERT, DELETE ON depot.line_serials TO app_user;
