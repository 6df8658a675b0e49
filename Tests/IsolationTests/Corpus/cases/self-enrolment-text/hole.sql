-- An invitation that the invited writes himself.
SET ROLE app_owner;
CREATE TABLE kb.collaborators (
  tenant_id kb.tenant_key NOT NULL REFERENCES kb.sites,
  guest kb.tenant_key NOT NULL,
  PRIMARY KEY (tenant_id, guest)
);
ALTER TABLE kb.collaborators ENABLE ROW LEVEL SECURITY;
ALTER TABLE kb.collaborators FORCE ROW LEVEL SECURITY;
CREATE POLICY either ON kb.collaborators
  USING (:own OR guest = current_setting('app.current_tenant_id', true))
  WITH CHECK (:own OR guest = current_setting('app.current_tenant_id', true));
GRANT SELECT, INSERT ON kb.collaborators TO app_user;
CREATE POLICY shared ON kb.pages FOR SELECT
  USING (EXISTS (SELECT 1 FROM kb.collaborators c WHERE c.tenant_id = pages.tenant_id
    AND c.guest = current_setting('app.current_tenant_id', true)));
