-- An invoker view over a view of the superuser.
CREATE VIEW depot.all_shipments AS SELECT id, tenant_id, dock, state FROM depot.shipments;
GRANT SELECT ON depot.all_shipments TO app_user;
CREATE VIEW depot.dock_board WITH (security_invoker = true) AS
  SELECT dock, state, id FROM depot.all_shipments;
GRANT SELECT ON depot.dock_board TO app_user;
