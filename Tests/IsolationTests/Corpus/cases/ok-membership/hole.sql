-- People see the courts of the clubs they belong to, and cannot enrol themselves.
DROP POLICY tenant_isolation ON club.memberships;
REVOKE INSERT, UPDATE, DELETE ON club.memberships FROM app_user;
CREATE POLICY mine ON club.memberships FOR SELECT TO app_user
  USING (:own AND person_id = NULLIF(current_setting('app.user_id', true), '')::uuid);
CREATE POLICY member ON club.courts AS RESTRICTIVE FOR SELECT TO app_user
  USING (org_id IN (SELECT org_id FROM club.memberships));
