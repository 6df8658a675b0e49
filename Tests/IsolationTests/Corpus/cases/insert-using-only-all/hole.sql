-- WITH CHECK (true) on FOR ALL.
ALTER POLICY tenant_isolation ON invoices USING (:own) WITH CHECK (true);
