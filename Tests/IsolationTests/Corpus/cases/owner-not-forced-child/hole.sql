-- The application owns the child table, not FORCEd.
GRANT CREATE ON SCHEMA depot TO app_user;
ALTER TABLE depot.shipment_lines OWNER TO app_user;
REVOKE CREATE ON SCHEMA depot FROM app_user;
ALTER TABLE depot.shipment_lines NO FORCE ROW LEVEL SECURITY;
