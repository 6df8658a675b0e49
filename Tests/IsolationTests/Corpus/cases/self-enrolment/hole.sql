-- A person may enrol herself in any club, and the courts follow the membership.
DROP POLICY tenant_isolation ON club.memberships;
CREATE POLICY mine ON club.memberships TO app_user
  USING (person_id = NULLIF(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (person_id = NULLIF(current_setting('app.user_id', true), '')::uuid);
ALTER POLICY tenant_isolation ON club.courts
  USING (org_id IN (SELECT org_id FROM club.memberships
    WHERE person_id = NULLIF(current_setting('app.user_id', true), '')::uuid))
  WITH CHECK (org_id IN (SELECT org_id FROM club.memberships
    WHERE person_id = NULLIF(current_setting('app.user_id', true), '')::uuid));
