-- A second permissive policy is OR-ed to the first.
CREATE POLICY reporting ON depot.shipments FOR SELECT TO PUBLIC USING (true);
