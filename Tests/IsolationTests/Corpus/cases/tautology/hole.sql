-- The column is compared with itself.
ALTER POLICY tenant_isolation ON kb.remarks USING (tenant_id = tenant_id);
