-- Invoker over invoker.
CREATE VIEW depot.all_shipments WITH (security_invoker = on) AS
  SELECT id, tenant_id, dock, state FROM depot.shipments;
CREATE VIEW depot.dock_board WITH (security_invoker = on) AS
  SELECT dock, state, id FROM depot.all_shipments;
GRANT SELECT ON depot.all_shipments, depot.dock_board TO app_user;
