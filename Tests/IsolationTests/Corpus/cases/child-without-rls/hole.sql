-- The child has no tenant column and no row-level security.
ALTER TABLE depot.shipment_lines DISABLE ROW LEVEL SECURITY;
