-- The owner's view over a table that is not FORCEd.
ALTER TABLE kb.pages NO FORCE ROW LEVEL SECURITY;
SET ROLE app_owner;
CREATE VIEW kb.page_list AS SELECT tenant_id, title, state FROM kb.pages;
GRANT SELECT ON kb.page_list TO app_user;
