-- The tenant's column is called site.
SET ROLE app_owner;
CREATE TABLE kb.feature_flags (
  site kb.tenant_key NOT NULL REFERENCES kb.sites, flag text NOT NULL, enabled boolean NOT NULL,
  PRIMARY KEY (site, flag));
GRANT SELECT, INSERT, UPDATE ON kb.feature_flags TO app_user;
