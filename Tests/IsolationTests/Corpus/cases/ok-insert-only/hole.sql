-- Append-only, without a SELECT policy.
SET ROLE app_owner;
CREATE TABLE page_hits (tenant_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(), path text NOT NULL);
ALTER TABLE page_hits ENABLE ROW LEVEL SECURITY;
ALTER TABLE page_hits FORCE ROW LEVEL SECURITY;
CREATE POLICY add ON page_hits FOR INSERT TO app_user WITH CHECK (:own);
GRANT INSERT ON page_hits TO app_user;
