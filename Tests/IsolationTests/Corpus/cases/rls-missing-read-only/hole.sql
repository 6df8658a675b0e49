-- Only SELECT is granted on the table without row-level security.
SET ROLE app_owner;
CREATE TABLE club.bar_tabs (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org_id int NOT NULL REFERENCES club.orgs,
  total numeric(8,2) NOT NULL DEFAULT 0
);
GRANT SELECT ON club.bar_tabs TO app_user;
