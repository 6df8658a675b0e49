-- Claims in a setting, as some gateways put them there.
ALTER POLICY "Tenant isolation" ON "Front Desk"."ErrandNote"
  USING (:own OR NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' = 'service')
  WITH CHECK (:own);
