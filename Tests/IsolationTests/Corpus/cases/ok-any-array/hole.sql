-- = ANY of an array with one element.
ALTER POLICY tenant_isolation ON depot.shipments
  USING (tenant_id = ANY (string_to_array(current_setting('app.current_tenant_id', true), ',')::bigint[]))
  WITH CHECK (tenant_id = ANY (string_to_array(current_setting('app.current_tenant_id', true), ',')::bigint[]));
