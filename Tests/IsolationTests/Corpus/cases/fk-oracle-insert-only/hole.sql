-- An append-only table without a SELECT policy asks for remarks of all.
SET ROLE app_owner;
CREATE TABLE kb.reports (
  tenant_id kb.tenant_key NOT NULL,
  remark_id uuid NOT NULL REFERENCES kb.remarks (id),
  reason text NOT NULL
);
ALTER TABLE kb.reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE kb.reports FORCE ROW LEVEL SECURITY;
CREATE POLICY add ON kb.reports FOR INSERT WITH CHECK (:own);
GRANT INSERT ON kb.reports TO app_user;
