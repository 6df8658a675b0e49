-- An invoker view.
CREATE VIEW depot.open_shipments WITH (security_invoker = true) AS
  SELECT * FROM depot.shipments WHERE state = 'open';
GRANT SELECT, INSERT, UPDATE, DELETE ON depot.open_shipments TO app_user;
