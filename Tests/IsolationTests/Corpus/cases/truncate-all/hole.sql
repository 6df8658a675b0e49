-- GRANT ALL brings TRUNCATE.
GRANT ALL ON depot.shipment_lines, depot.movements TO app_user;
