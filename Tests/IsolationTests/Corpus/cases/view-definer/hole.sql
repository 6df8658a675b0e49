-- A view of the superuser.
CREATE VIEW depot.open_shipments AS SELECT * FROM depot.shipments WHERE state = 'open';
GRANT SELECT ON depot.open_shipments TO app_user;
