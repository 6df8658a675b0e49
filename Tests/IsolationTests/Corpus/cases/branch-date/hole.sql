-- Old invoices are seen by all.
ALTER POLICY tenant_isolation ON invoices
  USING (:own OR issued_on < current_date - 3650) WITH CHECK (:own);
